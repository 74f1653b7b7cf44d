// The plot commands of a script: the series of a panel, its image and its raster.
#pragma once

#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_data.h"
#include "zipflens/figures/figure_layout.h"

namespace zipflens {

/// The plot command of a panel. Its length does not grow with the number of series that share a
/// style (Series::one_of_many), unless each has its own colour.
std::string PlotCommand(const Figure& figure, std::size_t panel_idx, const PanelLayout& layout,
                        const std::vector<DataRows>& rows);

/// The gnuplot functions that PlotCommand calls for layered series that are one of many. Empty if
/// the figure has no such series.
std::string CrowdFunctions(const Figure& figure);

/// Draws the samples and texts of the legend of a panel's series.
std::string LegendCommands(const Panel& panel, const std::vector<LegendEntry>& legend);

/// Writes the texts at single points and at the ends of series, with a thin line to the point if a
/// text is not next to it.
std::string LabelCommands(const Panel& panel, const PanelLayout& layout);

}  // namespace zipflens
