// What stands behind "plot": the series of a panel, its image and its point layer.
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

/// What the plots of a figure's crowds call: layered series that are one of many each. Empty if
/// there is none.
std::string CrowdFunctions(const Figure& figure);

/// Samples and texts of a legend of the panel's series.
std::string LegendCommands(const Panel& panel, const std::vector<LegendEntry>& legend);

/// Texts at single points and at the ends of series, with a thin line to the point where they stand
/// off.
std::string LabelCommands(const Panel& panel, const PanelLayout& layout);

}  // namespace zipflens
