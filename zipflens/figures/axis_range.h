// Chooses the range of an axis if the figure does not give it.
#pragma once

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_layout.h"

namespace zipflens {

/// The x and y axes of a panel: limits as given, or those of its finite data with a small margin.
/// Always a range that can be shown (IsShowable), whatever the data (none, NaN, one value, values
/// that differ by rounding, huge ones) and the limits given (reversed, equal, not finite).
LaidOutAxis LayOutX(const Panel& panel);
LaidOutAxis LayOutY(const Panel& panel);

/// The scale of a colour bar. A bar that cannot be shown, of one value for instance, is widened
/// around its lower end.
LaidOutAxis LayOutColour(const ColourBar& bar);

}  // namespace zipflens
