#include "zipflens/figures/label_places.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>

#include "zipflens/base/numbers.h"
#include "zipflens/figures/raster_layer.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

constexpr double kTextHeight = 2.7;       // mm, of a line of small type
constexpr double kPointHalf = 0.6;        // mm, kept free around a labelled point
constexpr double kMarkGap = 0.1;          // mm, kept free around any mark
constexpr double kNearGap = 0.9;          // from a point to a text without a line
constexpr double kFarthest = 16;          // mm
constexpr double kStep = 1.5;             // mm, from one ring of places to the next
constexpr int kDirections = 24;           // places on a ring
constexpr double kCostOfCover = 0.35;     // in mm of distance: a point of a cloud or on a line
constexpr double kCostOfStandingOff = 3;  // in mm of distance: an end label with a line to it
constexpr double kCloudOpacity = 0.5;     // below it, marks are a cloud

using Point = std::array<double, 2>;  // mm

bool Overlap(const Box& a, const Box& b) {
  return a.left < b.right() && b.left < a.right() && a.bottom < b.top() && b.bottom < a.top();
}

bool IsInside(const Box& inner, const Box& outer) {
  return inner.left >= outer.left && inner.right() <= outer.right() &&
         inner.bottom >= outer.bottom && inner.top() <= outer.top();
}

bool IsIn(const Point& point, const Box& box) {  // false for NaN
  return point[0] > box.left && point[0] < box.right() && point[1] > box.bottom &&
         point[1] < box.top();
}

Box Around(const Point& middle, double half) {
  return {middle[0] - half, middle[1] - half, 2 * half, 2 * half};
}

Point PlaceOf(const Series& series, std::size_t point_idx, const PanelLayout& layout) {
  return {layout.PlaceX(series.x[point_idx]) + series.shift_mm, layout.PlaceY(series.y[point_idx])};
}

std::size_t NumPoints(const Series& series) { return std::min(series.x.size(), series.y.size()); }

bool IsLine(Mark mark) {
  return mark == Mark::kLine || mark == Mark::kLinePoints || mark == Mark::kDashedLine;
}

/// Half the width of a series' marks, mm; nullopt if it has none.
std::optional<double> MarkHalf(const Series& series) {
  switch (series.mark) {
    case Mark::kPoints:
    case Mark::kCrosses:
    case Mark::kDiamonds:
    case Mark::kIntervals:
      return kPointDiameter / 2 * series.size;
    case Mark::kLinePoints:
      return kPointDiameter / 2 * kLinePointSize * series.size;
    case Mark::kLine:
    case Mark::kDashedLine:
    case Mark::kBand:
      return std::nullopt;
  }
  return std::nullopt;
}

/// Points along a line, so close together that the line cannot cross a text between two of them.
void AddLine(const Series& series, const PanelLayout& layout, std::vector<Point>& points) {
  constexpr int kPieces = 24;
  for (std::size_t i = 1; i < NumPoints(series); ++i) {
    const Point from = PlaceOf(series, i - 1, layout);
    const Point to = PlaceOf(series, i, layout);
    for (int piece = 0; piece <= kPieces; ++piece) {
      const double share = piece / double{kPieces};
      points.push_back({from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])});
    }
  }
}

/// The contents of a panel that labels must avoid, and the labels placed so far.
class Room {
 public:
  Room(const Panel& panel, const PanelLayout& layout) {
    AddTexts(panel, layout);
    const std::vector<bool> is_layered = LayeredSeries(panel);
    for (std::size_t s = 0; s < panel.series.size(); ++s) {
      AddSeries(panel.series[s], is_layered[s], layout);
    }
  }

  /// Keeps a place free.
  void Take(const Box& box) { taken_.push_back(box); }

  bool IsFree(const Box& box) const {
    return std::none_of(taken_.begin(), taken_.end(),
                        [&](const Box& b) { return Overlap(b, box); });
  }

  /// Points of clouds and lines in a box.
  double NumCovered(const Box& box) const {
    return static_cast<double>(
        std::count_if(soft_.begin(), soft_.end(), [&](const Point& p) { return IsIn(p, box); }));
  }

 private:
  void AddTexts(const Panel& panel, const PanelLayout& layout) {
    for (std::size_t i = 0; i < layout.title_lines.size(); ++i) {
      const double middle = layout.title_baseline - Real(i) * kTextLine;
      Take({layout.plot.left, middle - kTextLine / 2, TextWidth(layout.title_lines[i], kTextPoints),
            kTextLine});
    }
    for (const LegendEntry& entry : layout.legend) {
      const double width = TextWidth(OneLine(panel.series[entry.series_idx].name), kSmallPoints);
      Take({entry.left, entry.middle - kSmallLine / 2, kLegendSample + 1 + width, kSmallLine});
    }
    if (panel.remark.empty()) return;
    const double width = TextWidth(OneLine(panel.remark), kSmallPoints);
    Take({layout.plot.right() - 1 - width, layout.plot.top() - 2 - kTextHeight / 2, width,
          kTextHeight});
  }

  void AddSeries(const Series& series, bool is_layered, const PanelLayout& layout) {
    if (IsLine(series.mark)) AddLine(series, layout, soft_);
    const std::optional<double> half = MarkHalf(series);
    if (!half) return;
    const bool is_cloud = is_layered || series.opacity < kCloudOpacity;
    for (std::size_t i = 0; i < NumPoints(series); ++i) {
      const Point place = PlaceOf(series, i, layout);
      if (!IsIn(place, Around({layout.plot.left + layout.plot.width / 2,
                               layout.plot.bottom + layout.plot.height / 2},
                              layout.plot.width + layout.plot.height))) {
        continue;
      }
      if (is_cloud) {
        soft_.push_back(place);
      } else {
        Take(Around(place, *half + kMarkGap));
      }
    }
  }

  std::vector<Box> taken_;
  std::vector<Point> soft_;
};

/// A place for the middle of a text, and its cost in mm.
struct Candidate {
  Point middle;
  double cost;
};

/// Middles around a point, nearest first; on each ring the direction away from the plot's middle
/// first, since that is where fewer points lie.
std::vector<Candidate> Rings(const PlacedLabel& label, const Box& plot) {
  const double away_x = label.point_x - (plot.left + plot.width / 2);
  const double away_y = label.point_y - (plot.bottom + plot.height / 2);
  const double away = std::atan2(away_y, away_x);
  std::vector<Candidate> places;
  for (double gap = kNearGap; gap <= kFarthest; gap += kStep) {
    for (int i = 0; i < kDirections; ++i) {
      const int turn = (i % 2 == 0 ? 1 : -1) * ((i + 1) / 2);
      const double angle = away + turn * 2 * std::numbers::pi / kDirections;
      const double dx = std::cos(angle) * (gap + label.width / 2);
      const double dy = std::sin(angle) * (gap + label.height / 2);
      places.push_back({{label.point_x + dx, label.point_y + dy}, std::hypot(dx, dy)});
    }
  }
  return places;
}

/// The four sides of the end of a series, the requested side first, then rings around it.
std::vector<Candidate> EndPlaces(const PlacedLabel& label, LabelSide side, const Box& area,
                                 const Box& plot) {
  constexpr double kAside = 1.5;  // mm, from the point to a text beside it
  constexpr double kOver = 2.4;   // to the middle of one above or below
  constexpr double kNextSide = 0.1;
  const double half = label.width / 2;
  const double leftmost = area.left + half;
  const double rightmost = std::max(leftmost, area.right() - half);
  const double within = std::clamp(label.point_x, leftmost, rightmost);
  const Point right = {label.point_x + kAside + half, label.point_y};
  const Point left = {label.point_x - kAside - half, label.point_y};
  const Point above = {within, label.point_y + kOver};
  const Point below = {within, label.point_y - kOver};
  std::array<Point, 4> sides = {above, below, right, left};
  if (side == LabelSide::kBelow) sides = {below, above, right, left};
  if (side == LabelSide::kRight) sides = {right, above, below, left};
  std::vector<Candidate> places;
  places.reserve(sides.size());
  for (const Point& middle : sides) {
    places.push_back({middle, kNextSide * Real(places.size())});
  }
  for (Candidate ring : Rings(label, plot)) {
    ring.cost += kCostOfStandingOff;
    places.push_back(ring);
  }
  return places;
}

/// Small boxes along the line from a text to its point, without the point's own place; none where
/// there is no line.
std::vector<Box> LineBoxes(const PlacedLabel& label) {
  constexpr int kPieces = 24;
  constexpr double kHalf = 0.2;  // mm
  std::vector<Box> boxes;
  for (int i = 0; label.has_line && i <= kPieces; ++i) {
    const double share = i / double{kPieces};
    const Point place = {label.line_x + share * (label.point_x - label.line_x),
                         label.line_y + share * (label.point_y - label.line_y)};
    const bool is_at_point = std::max(std::abs(place[0] - label.point_x),
                                      std::abs(place[1] - label.point_y)) < 2 * kPointHalf;
    if (!is_at_point) boxes.push_back(Around(place, kHalf));
  }
  return boxes;
}

/// Where a line from the point would meet the text, and whether it needs one.
void SetLine(PlacedLabel& label) {
  constexpr double kNeedsLine = 1.6;  // mm
  const Box box = label.box();
  label.line_x = std::clamp(label.point_x, box.left, box.right());
  label.line_y = std::clamp(label.point_y, box.bottom + 0.4, box.top() - 0.4);
  label.has_line =
      std::hypot(label.line_x - label.point_x, label.line_y - label.point_y) > kNeedsLine;
}

/// Finds the best place inside `area` for one text and takes it; false if there is none.
bool Place(const std::vector<Candidate>& candidates, const Box& area, Room& room,
           PlacedLabel& label) {
  PlacedLabel best;
  double lowest_cost = std::numeric_limits<double>::infinity();
  for (const Candidate& candidate : candidates) {
    if (candidate.cost >= lowest_cost) continue;
    label.middle_x = candidate.middle[0];
    label.middle_y = candidate.middle[1];
    const Box box = label.box();
    if (!IsInside(box, area) || !room.IsFree(box)) continue;
    SetLine(label);
    const std::vector<Box> line = LineBoxes(label);
    if (!std::all_of(line.begin(), line.end(), [&](const Box& b) { return room.IsFree(b); })) {
      continue;
    }
    const double cost = candidate.cost + kCostOfCover * room.NumCovered(box);
    if (cost >= lowest_cost) continue;
    lowest_cost = cost;
    best = label;
  }
  if (!std::isfinite(lowest_cost)) return false;
  label = std::move(best);
  // A line from below ends below the descender of a letter such as "p".
  if (label.line_y > label.point_y) label.line_y = std::max(label.point_y, label.box().bottom);
  room.Take(label.box());
  for (const Box& piece : LineBoxes(label)) room.Take(piece);
  return true;
}

/// A label at a point of a series, not placed yet; nullopt if the point is not in the plot.
std::optional<PlacedLabel> LabelOf(const Series& series, std::size_t point_idx,
                                   const std::string& text, const PanelLayout& layout) {
  if (text.empty() || point_idx >= NumPoints(series)) return std::nullopt;
  const Point place = PlaceOf(series, point_idx, layout);
  const bool is_shown = place[0] >= layout.plot.left && place[0] <= layout.plot.right() &&
                        place[1] >= layout.plot.bottom &&
                        place[1] <= layout.plot.top();  // false for NaN
  if (!is_shown) return std::nullopt;
  PlacedLabel label;
  label.text = OneLine(text);
  label.width = TextWidth(label.text, kSmallPoints);
  label.height = kTextHeight;
  label.point_x = place[0];
  label.point_y = place[1];
  return label;
}

void PlaceEndLabels(const Panel& panel, const PanelLayout& layout, Room& room,
                    std::vector<PlacedLabel>& placed) {
  constexpr double kFromAxis = 0.5;  // mm
  constexpr double kBeyondPlot = 2;  // on the right
  constexpr double kAbovePlot = 4;
  const Box& plot = layout.plot;
  const double right = std::min(layout.cell.right(), plot.right() + kBeyondPlot);
  const double top = std::min(layout.cell.top(), plot.top() + kAbovePlot);
  const Box area = {plot.left + kFromAxis, plot.bottom, right - plot.left - kFromAxis,
                    top - plot.bottom};
  for (const Series& series : panel.series) {
    if (!series.label_ends || NumPoints(series) == 0) continue;
    std::optional<PlacedLabel> label =
        LabelOf(series, NumPoints(series) - 1,
                series.end_label.empty() ? series.name : series.end_label, layout);
    if (!label) continue;
    if (!Place(EndPlaces(*label, series.label_side, area, plot), area, room, *label)) continue;
    placed.push_back(std::move(*label));
  }
}

void PlacePointLabels(const Panel& panel, const PanelLayout& layout, Room& room,
                      std::vector<PlacedLabel>& placed) {
  std::vector<PlacedLabel> wanted;
  for (const Series& series : panel.series) {
    for (std::size_t i = 0; i < series.point_labels.size(); ++i) {
      std::optional<PlacedLabel> label = LabelOf(series, i, series.point_labels[i], layout);
      if (!label) continue;
      room.Take(Around({label->point_x, label->point_y}, kPointHalf));
      wanted.push_back(std::move(*label));
    }
  }
  for (PlacedLabel& label : wanted) {
    if (Place(Rings(label, layout.plot), layout.plot, room, label)) {
      placed.push_back(std::move(label));
    }
  }
}

}  // namespace

std::vector<PlacedLabel> PlaceLabels(const Panel& panel, const PanelLayout& layout) {
  const bool has_labels = std::any_of(
      panel.series.begin(), panel.series.end(),
      [](const Series& series) { return series.label_ends || !series.point_labels.empty(); });
  std::vector<PlacedLabel> placed;
  if (!has_labels) return placed;
  Room room(panel, layout);
  PlaceEndLabels(panel, layout, room, placed);
  PlacePointLabels(panel, layout, room, placed);
  return placed;
}

}  // namespace zipflens
