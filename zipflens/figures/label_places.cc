#include "zipflens/figures/label_places.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>

#include "zipflens/base/numbers.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/figures/raster_layer.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

// Distances in mm.
constexpr double kTextHeight = 2.7;       // of a line of small type
constexpr double kPointHalf = 0.6;        // kept free around a labelled point
constexpr double kMarkGap = 0.1;          // kept free around any mark
constexpr double kNearGap = 0.9;          // from a point to a text without a line
constexpr double kNeedsLine = 1.6;        // from a point to a text with a line
constexpr double kFarthest = 16;          // from a point to its text
constexpr double kRingStep = 1.5;         // from one ring of places to the next
constexpr int kDirections = 24;           // places on a ring
constexpr int kPieces = 24;               // of a line, so short that it crosses no text unseen
constexpr double kCostOfCover = 0.35;     // a point of a cloud or on a line
constexpr double kCostOfStandingOff = 3;  // an end label with a line to it
constexpr double kCloudOpacity = 0.5;     // below it, marks are a cloud

bool Overlap(const Box& a, const Box& b) {
  return a.left < b.right() && b.left < a.right() && a.bottom < b.top() && b.bottom < a.top();
}

bool IsInside(const Box& inner, const Box& outer) {
  return inner.left >= outer.left && inner.right() <= outer.right() &&
         inner.bottom >= outer.bottom && inner.top() <= outer.top();
}

Box Around(const Point& middle, double half) {
  return {middle.x - half, middle.y - half, 2 * half, 2 * half};
}

Point Between(const Point& from, const Point& to, int piece) {
  const double share = static_cast<double>(piece) / kPieces;
  return {from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)};
}

/// Half the width of a series' marks, mm; nullopt if it has none.
std::optional<double> MarkHalf(const Series& series) {
  const double half = kMarkDiameter / 2 * series.size;
  if (IsMark(series.mark) || series.mark == Mark::kIntervals) return half;
  if (series.mark == Mark::kLinePoints) return kLinePointSize * half;
  return std::nullopt;
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
    const std::optional<double> half = MarkHalf(series);
    const bool is_line = !IsMark(series.mark) && series.mark != Mark::kIntervals;
    const bool is_cloud = is_layered || series.opacity < kCloudOpacity;
    std::optional<Point> last;
    for (std::size_t i = 0; i < NumPoints(series); ++i) {
      const std::optional<Point> point = PlaceOf(series, i, layout);
      if (is_line && last && point) {
        for (int piece = 0; piece <= kPieces; ++piece) {
          soft_.push_back(Between(*last, *point, piece));
        }
      }
      last = point;
      if (!half || !point || !IsIn(*point, layout.cell)) continue;
      if (is_cloud) {
        soft_.push_back(*point);
      } else {
        Take(Around(*point, *half + kMarkGap));
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
std::vector<Candidate> Rings(const PlacedLabel& label, const Box& plot, double cost_of_all) {
  const double away = std::atan2(label.point.y - (plot.bottom + plot.height / 2),
                                 label.point.x - (plot.left + plot.width / 2));
  std::vector<Candidate> places;
  for (double gap = kNearGap; gap <= kFarthest; gap += kRingStep) {
    for (int i = 0; i < kDirections; ++i) {
      const int turn = (i % 2 == 0 ? 1 : -1) * ((i + 1) / 2);
      const double angle = away + turn * 2 * std::numbers::pi / kDirections;
      const double dx = std::cos(angle) * (gap + label.width / 2);
      const double dy = std::sin(angle) * (gap + label.height / 2);
      places.push_back(
          {{label.point.x + dx, label.point.y + dy}, std::hypot(dx, dy) + cost_of_all});
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
  const double within =
      std::clamp(label.point.x, leftmost, std::max(leftmost, area.right() - half));
  const Point right = {label.point.x + kAside + half, label.point.y};
  const Point left = {label.point.x - kAside - half, label.point.y};
  const Point above = {within, label.point.y + kOver};
  const Point below = {within, label.point.y - kOver};
  std::array<Point, 4> sides = {above, below, right, left};
  if (side == LabelSide::kBelow) sides = {below, above, right, left};
  if (side == LabelSide::kRight) sides = {right, above, below, left};
  std::vector<Candidate> places = Rings(label, plot, kCostOfStandingOff);
  for (std::size_t i = sides.size(); i-- > 0;) {
    places.insert(places.begin(), {sides[i], kNextSide * Real(i)});
  }
  return places;
}

/// Small boxes along the line from a text to its point, without the point's own place; none where
/// there is no line.
std::vector<Box> LineBoxes(const PlacedLabel& label) {
  std::vector<Box> boxes;
  for (int piece = 0; label.line_end && piece <= kPieces; ++piece) {
    const Point place = Between(*label.line_end, label.point, piece);
    if (!IsIn(place, Around(label.point, 2 * kPointHalf))) boxes.push_back(Around(place, 0.2));
  }
  return boxes;
}

/// Where a line from the point would meet the text; nullopt if the text needs no line.
std::optional<Point> LineEnd(const PlacedLabel& label) {
  const Box box = label.box();
  const Point end = {std::clamp(label.point.x, box.left, box.right()),
                     std::clamp(label.point.y, box.bottom, box.top() - 0.4)};
  const double length = std::hypot(end.x - label.point.x, end.y - label.point.y);
  return length > kNeedsLine ? std::optional(end) : std::nullopt;
}

/// Finds the best place inside `area` for one text and takes it; false if there is none.
bool Place(const std::vector<Candidate>& candidates, const Box& area, Room& room,
           PlacedLabel& label) {
  double lowest_cost = std::numeric_limits<double>::infinity();
  PlacedLabel best;
  for (const Candidate& candidate : candidates) {
    if (candidate.cost >= lowest_cost) continue;
    label.middle = candidate.middle;
    if (!IsInside(label.box(), area) || !room.IsFree(label.box())) continue;
    label.line_end = LineEnd(label);
    const std::vector<Box> line = LineBoxes(label);
    const bool is_line_free =
        std::all_of(line.begin(), line.end(), [&](const Box& piece) { return room.IsFree(piece); });
    const double cost = candidate.cost + kCostOfCover * room.NumCovered(label.box());
    if (!is_line_free || cost >= lowest_cost) continue;
    lowest_cost = cost;
    best = label;
  }
  if (!std::isfinite(lowest_cost)) return false;
  label = std::move(best);
  room.Take(label.box());
  for (const Box& piece : LineBoxes(label)) room.Take(piece);
  return true;
}

/// A label at a point of a series, not placed yet; nullopt if the point is not in the plot.
std::optional<PlacedLabel> LabelOf(const Series& series, std::size_t point_idx,
                                   const std::string& text, const PanelLayout& layout) {
  if (text.empty() || point_idx >= NumPoints(series)) return std::nullopt;
  const std::optional<Point> point = PlaceOf(series, point_idx, layout);
  if (!point || !IsIn(*point, layout.plot)) return std::nullopt;
  const std::string line = OneLine(text);
  return PlacedLabel{
      .text = line, .width = TextWidth(line, kSmallPoints), .height = kTextHeight, .point = *point};
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
      room.Take(Around(label->point, kPointHalf));
      wanted.push_back(std::move(*label));
    }
  }
  for (PlacedLabel& label : wanted) {
    const std::vector<Candidate> rings = Rings(label, layout.plot, /*cost_of_all=*/0);
    if (Place(rings, layout.plot, room, label)) placed.push_back(std::move(label));
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
