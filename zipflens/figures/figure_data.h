// A figure's data as CSV files, with every point, also those that the picture does not show.
#pragma once

#include <filesystem>

#include "zipflens/figures/figure.h"

namespace zipflens {

/// Writes the data of a figure into `folder`, which must exist. NAME.csv has the columns panel,
/// series, x, y, lower, upper and one row per point, in the order of the panels and series. Values
/// have 10 significant digits; one that is not finite is empty. An image is written as a matrix: a
/// header of column numbers, then one line per row, row 0 first. It is in NAME.csv if the figure
/// has nothing else, otherwise in NAME_imageK.csv for panel K. The text is written as it is made,
/// so it takes no memory. Throws OutputError if a file cannot be written, and InterruptedError.
void WriteDataFiles(const Figure& figure, const std::filesystem::path& folder);

}  // namespace zipflens
