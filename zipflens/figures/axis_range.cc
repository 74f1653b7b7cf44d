#include "zipflens/figures/axis_range.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "zipflens/figures/ticks.h"

namespace zipflens {
namespace {

constexpr double kMargin = 0.03;  // of the data's extent, at each end left open

struct Extent {
  double lower = std::numeric_limits<double>::infinity();
  double upper = -std::numeric_limits<double>::infinity();

  void Include(const std::vector<double>& values) {
    for (const double value : values) {
      if (!std::isfinite(value)) continue;
      lower = std::min(lower, value);
      upper = std::max(upper, value);
    }
  }
};

LaidOutAxis Finished(const Axis& axis, Extent data, double margin) {
  if (!(data.lower <= data.upper)) data.lower = 0, data.upper = 1;
  const double pad = data.lower < data.upper ? margin * (data.upper - data.lower)
                                             : std::max(0.5, 0.1 * std::abs(data.lower));
  LaidOutAxis out;
  out.lower = axis.lower.value_or(data.lower - pad);
  out.upper = axis.upper.value_or(data.upper + pad);
  if (!(out.lower < out.upper)) out.upper = out.lower + 1;
  out.ticks = axis.ticks.empty() ? NiceTicks(out.lower, out.upper) : axis.ticks;
  std::erase_if(out.ticks, [&](double tick) { return tick < out.lower || tick > out.upper; });
  out.tick_texts = TickTexts(out.ticks);
  return out;
}

}  // namespace

LaidOutAxis LayOutX(const Panel& panel) {
  Extent data;
  for (const Series& series : panel.series) data.Include(series.x);
  if (panel.image) data.Include({-0.5, static_cast<double>(panel.image->cols) - 0.5});
  return Finished(panel.x, data, panel.image ? 0.0 : kMargin);
}

LaidOutAxis LayOutY(const Panel& panel) {
  Extent data;
  for (const Series& series : panel.series) {
    data.Include(series.y);
    data.Include(series.lower);
    data.Include(series.upper);
  }
  if (panel.image) data.Include({-0.5, static_cast<double>(panel.image->rows) - 0.5});
  return Finished(panel.y, data, panel.image ? 0.0 : kMargin);
}

LaidOutAxis LayOutColour(const ColourBar& bar) {
  Axis axis;
  axis.lower = bar.lower;
  axis.upper = bar.upper;
  axis.ticks = bar.ticks;
  if (!(bar.lower < bar.upper)) axis.lower = bar.lower - 0.5, axis.upper = bar.lower + 0.5;
  return Finished(axis, Extent{}, 0.0);
}

}  // namespace zipflens
