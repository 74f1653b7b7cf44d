// A figure's data as CSV files, with every point, also those that the picture does not show.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/figures/figure.h"

namespace zipflens {

/// Rows of one series in the CSV file of points: [first, last], counted from 0 below the header.
struct DataRows {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// Writes the data of a figure into `folder`, which must exist. NAME.csv has the columns panel,
/// series, x, y, lower, upper and one row per point, in the order of the panels and series. Values
/// have 10 significant digits; one that is not finite is empty. If a raster shows some of the
/// series, NAME_drawn.csv has the other series, too, because gnuplot reads a file to its end for
/// each series, and a mean is 20 rows among a million. An image is written as a matrix: a header of
/// column numbers, then one line per row, row 0 first. It is in NAME.csv if the figure has nothing
/// else, otherwise in NAME_imageK.csv for panel K. The text is written as it is made, so it takes
/// no memory. Returns the rows of each series, [panel][series], in the file SeriesFileName. Throws
/// OutputError if a file cannot be written.
std::vector<std::vector<DataRows>> WriteDataFiles(const Figure& figure,
                                                  const std::filesystem::path& folder);

/// The file that a series is drawn from. `is_layered`: whether a raster shows it (LayeredSeries).
std::string SeriesFileName(const Figure& figure, bool is_layered);

/// The file that holds the image of a panel.
std::string ImageFileName(const Figure& figure, std::size_t panel_idx);

}  // namespace zipflens
