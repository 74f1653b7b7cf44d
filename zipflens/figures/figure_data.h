// A figure's data as CSV: every point, whatever the picture shows of it.
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

/// NAME.csv with the columns panel, series, x, y, lower, upper: a row a point, 10 significant
/// digits, empty where a value is not finite. First the series that are drawn one by one, then
/// those of layers (LayeredSeries), each in the order of panels and series: what draws the picture
/// reads only the head of the file. An image is a matrix instead: a line a row, row 0 first, under
/// a header of column numbers, in NAME.csv if the figure has nothing else, else in NAME_imageK.csv
/// for panel K. The text goes to the files as it is made: it takes no memory. Returns the place of
/// each series, [panel][series]. The folder must exist. Throws OutputError: disk full, or not to be
/// written.
std::vector<std::vector<DataRows>> WriteDataFiles(const Figure& figure,
                                                  const std::filesystem::path& folder);

/// The file that holds the image of a panel.
std::string ImageFileName(const Figure& figure, std::size_t panel_idx);

}  // namespace zipflens
