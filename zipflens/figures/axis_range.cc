#include "zipflens/figures/axis_range.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "zipflens/base/numbers.h"
#include "zipflens/figures/ticks.h"

namespace zipflens {
namespace {

constexpr double kMargin = 0.03;  // share of the data's extent, at each end without a limit
// Data beyond kLargestShown lie outside the picture, and limits are clipped to kLargestLimit, so
// that no difference overflows.
constexpr double kLargestShown = 1e300;
constexpr double kLargestLimit = 1e305;

struct Extent {
  double lower = std::numeric_limits<double>::infinity();
  double upper = -std::numeric_limits<double>::infinity();

  void Include(const std::vector<double>& values) {
    for (const double value : values) {
      if (!std::isfinite(value)) continue;
      lower = std::min(lower, std::clamp(value, -kLargestShown, kLargestShown));
      upper = std::max(upper, std::clamp(value, -kLargestShown, kLargestShown));
    }
  }
};

/// Returns the limit that was given. Returns nullopt if there is none or it is not finite.
std::optional<double> GivenLimit(const std::optional<double>& limit) {
  if (!limit || !std::isfinite(*limit)) return std::nullopt;
  return std::clamp(*limit, -kLargestLimit, kLargestLimit);
}

LaidOutAxis Finished(const Axis& axis, Extent data, double margin) {
  if (!(data.lower <= data.upper)) data.lower = 0, data.upper = 1;
  // Values that no axis tells apart are shown as one, in the middle.
  const double pad = IsShowable(data.lower, data.upper) ? margin * (data.upper - data.lower)
                                                        : std::max(0.5, 0.1 * std::abs(data.lower));
  const std::optional<double> lower = GivenLimit(axis.lower);
  const std::optional<double> upper = GivenLimit(axis.upper);
  LaidOutAxis out;
  out.lower = lower.value_or(data.lower - pad);
  out.upper = upper.value_or(data.upper + pad);
  if (!IsShowable(out.lower, out.upper)) {
    const bool keeps_upper = upper && !lower;
    const double width = std::max(1.0, 0.1 * std::abs(keeps_upper ? out.upper : out.lower));
    if (keeps_upper) {
      out.lower = out.upper - width;
    } else {
      out.upper = out.lower + width;
    }
  }
  out.ticks = axis.ticks.empty() ? NiceTicks(out.lower, out.upper) : axis.ticks;
  std::erase_if(out.ticks, [&](double tick) { return !(tick >= out.lower && tick <= out.upper); });
  out.tick_texts = TickTexts(out.ticks);
  return out;
}

}  // namespace

LaidOutAxis LayOutX(const Panel& panel) {
  Extent data;
  for (const Series& series : panel.series) data.Include(series.x);
  if (panel.image) data.Include({-0.5, Real(panel.image->cols) - 0.5});
  return Finished(panel.x, data, panel.image ? 0.0 : kMargin);
}

LaidOutAxis LayOutY(const Panel& panel) {
  Extent data;
  for (const Series& series : panel.series) {
    data.Include(series.y);
    data.Include(series.lower);
    data.Include(series.upper);
  }
  if (panel.image) data.Include({-0.5, Real(panel.image->rows) - 0.5});
  return Finished(panel.y, data, panel.image ? 0.0 : kMargin);
}

LaidOutAxis LayOutColour(const ColourBar& bar) {
  Axis axis;
  axis.ticks = bar.ticks;
  if (IsShowable(bar.lower, bar.upper)) {
    axis.lower = bar.lower;
    axis.upper = bar.upper;
    return Finished(axis, Extent{}, 0.0);
  }
  Extent around;
  around.Include({bar.lower});
  return Finished(axis, around, 0.0);
}

}  // namespace zipflens
