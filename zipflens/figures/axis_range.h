// What an axis shows where the figure leaves it open.
#pragma once

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_layout.h"

namespace zipflens {

/// The x and y axes of a panel: limits as given, or those of its finite data with a small margin.
/// Always a proper range, whatever the data (none, NaN, one value).
LaidOutAxis LayOutX(const Panel& panel);
LaidOutAxis LayOutY(const Panel& panel);

/// The scale of a colour bar. A bar of one value is widened around it.
LaidOutAxis LayOutColour(const ColourBar& bar);

}  // namespace zipflens
