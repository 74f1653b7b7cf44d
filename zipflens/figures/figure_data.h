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

/// NAME.csv with the columns panel, series, x, y, lower, upper: a row a point, in the order of the
/// panels and series, 10 significant digits, empty where a value is not finite. If a layer shows
/// some of the series, those that it does not show stand in NAME_drawn.csv, too: gnuplot reads a
/// file to its end for each series, and a mean is 20 rows among a million. An image is a matrix
/// instead: a line a row, row 0 first, under a header of column numbers, in NAME.csv if the figure
/// has nothing else, else in NAME_imageK.csv for panel K. The text goes to the files as it is made:
/// it takes no memory. Returns the place of each series, [panel][series], in SeriesFileName. The
/// folder must exist. Throws OutputError: disk full, or not to be written.
std::vector<std::vector<DataRows>> WriteDataFiles(const Figure& figure,
                                                  const std::filesystem::path& folder);

/// The file that a series is drawn from; `is_layered`: its place in LayeredSeries.
std::string SeriesFileName(const Figure& figure, bool is_layered);

/// The file that holds the image of a panel.
std::string ImageFileName(const Figure& figure, std::size_t panel_idx);

}  // namespace zipflens
