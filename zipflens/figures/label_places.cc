#include "zipflens/figures/label_places.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

constexpr double kTextHeight = 2.7;  // mm, of a line of small type
constexpr double kPointHalf = 0.6;   // mm, kept free around a labelled point
constexpr double kNearGap = 0.9;     // point to a text without a line
constexpr double kFarthest = 16;     // mm
constexpr double kStep = 1.5;        // mm, from one ring of places to the next
constexpr int kDirections = 24;      // places on a ring

bool Overlap(const Box& a, const Box& b) {
  return a.left < b.right() && b.left < a.right() && a.bottom < b.top() && b.bottom < a.top();
}

bool IsInside(const Box& inner, const Box& outer) {
  return inner.left >= outer.left && inner.right() <= outer.right() &&
         inner.bottom >= outer.bottom && inner.top() <= outer.top();
}

/// Middles around a point, nearest first; on each ring the direction away from the plot's middle
/// first, since that is where fewer points lie.
std::vector<std::array<double, 2>> Candidates(const PlacedLabel& label, const Box& plot) {
  const double away_x = label.point_x - (plot.left + plot.width / 2);
  const double away_y = label.point_y - (plot.bottom + plot.height / 2);
  const double away = std::atan2(away_y, away_x);
  std::vector<std::array<double, 2>> places;
  for (double gap = kNearGap; gap <= kFarthest; gap += kStep) {
    for (int i = 0; i < kDirections; ++i) {
      const int turn = (i % 2 == 0 ? 1 : -1) * ((i + 1) / 2);
      const double angle = away + turn * 2 * std::numbers::pi / kDirections;
      const double x = std::cos(angle);
      const double y = std::sin(angle);
      places.push_back({label.point_x + x * (gap + label.width / 2),
                        label.point_y + y * (gap + label.height / 2)});
    }
  }
  return places;
}

using Point = std::array<double, 2>;  // mm

/// All points of the panel's series.
std::vector<Point> PlacedPoints(const Panel& panel, const PanelLayout& layout) {
  std::vector<Point> points;
  for (const Series& series : panel.series) {
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
      points.push_back({layout.PlaceX(series.x[i]) + series.shift_mm, layout.PlaceY(series.y[i])});
    }
  }
  return points;
}

/// How little a place suits: mm from the point, and what is hidden behind the text.
double Cost(const PlacedLabel& label, const std::vector<Point>& points) {
  constexpr double kCostOfPoint = 0.35;  // in mm of distance
  const Box box = label.box();
  const auto num_hidden = std::count_if(points.begin(), points.end(), [&](const Point& point) {
    return point[0] > box.left && point[0] < box.right() && point[1] > box.bottom &&
           point[1] < box.top();
  });
  return std::hypot(label.middle_x - label.point_x, label.middle_y - label.point_y) +
         kCostOfPoint * static_cast<double>(num_hidden);
}

/// Small boxes along the line from a text to its point, without the point's own place; none where
/// there is no line.
std::vector<Box> LineBoxes(const PlacedLabel& label) {
  constexpr int kPieces = 24;
  constexpr double kHalf = 0.2;  // mm
  std::vector<Box> boxes;
  for (int i = 0; label.has_line && i <= kPieces; ++i) {
    const double share = static_cast<double>(i) / kPieces;
    const double x = label.line_x + share * (label.point_x - label.line_x);
    const double y = label.line_y + share * (label.point_y - label.line_y);
    const bool is_at_point =
        std::max(std::abs(x - label.point_x), std::abs(y - label.point_y)) < 2 * kPointHalf;
    if (!is_at_point) boxes.push_back({x - kHalf, y - kHalf, 2 * kHalf, 2 * kHalf});
  }
  return boxes;
}

bool IsFree(const Box& box, const std::vector<Box>& taken) {
  return std::none_of(taken.begin(), taken.end(), [&](const Box& b) { return Overlap(b, box); });
}

/// Finds the best room for one text among what is there already.
bool Find(const std::vector<Box>& taken, const std::vector<Point>& points, const Box& plot,
          PlacedLabel& label) {
  PlacedLabel best;
  double lowest_cost = std::numeric_limits<double>::infinity();
  for (const auto& [x, y] : Candidates(label, plot)) {
    label.middle_x = x;
    label.middle_y = y;
    const Box box = label.box();
    if (!IsInside(box, plot)) continue;
    if (!IsFree(box, taken)) continue;
    label.line_x = std::clamp(label.point_x, box.left, box.right());
    label.line_y = std::clamp(label.point_y, box.bottom + 0.4, box.top() - 0.4);
    const double distance = std::hypot(label.line_x - label.point_x, label.line_y - label.point_y);
    label.has_line = distance > 1.6;
    const std::vector<Box> line = LineBoxes(label);
    const bool is_line_free = std::all_of(line.begin(), line.end(),
                                          [&](const Box& piece) { return IsFree(piece, taken); });
    const double cost = Cost(label, points);
    if (!is_line_free || cost >= lowest_cost) continue;
    lowest_cost = cost;
    best = label;
  }
  if (!std::isfinite(lowest_cost)) return false;
  label = best;
  // From below, a line ends where the tail of a "p" does not become a part of it.
  if (label.line_y > label.point_y) label.line_y = std::max(label.point_y, label.box().bottom);
  return true;
}

/// Points along the lines of a panel, close enough that none passes a text unseen.
std::vector<Point> PointsOfLines(const Panel& panel, const PanelLayout& layout) {
  constexpr int kPieces = 24;
  std::vector<Point> points;
  for (const Series& series : panel.series) {
    if (series.mark != Mark::kLine && series.mark != Mark::kLinePoints) continue;
    for (std::size_t i = 1; i < std::min(series.x.size(), series.y.size()); ++i) {
      const Point from = {layout.PlaceX(series.x[i - 1]), layout.PlaceY(series.y[i - 1])};
      const Point to = {layout.PlaceX(series.x[i]), layout.PlaceY(series.y[i])};
      for (int piece = 0; piece <= kPieces; ++piece) {
        const double share = static_cast<double>(piece) / kPieces;
        points.push_back(
            {from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])});
      }
    }
  }
  return points;
}

}  // namespace

std::vector<PlacedLabel> PlaceLabels(const Panel& panel, const PanelLayout& layout) {
  std::vector<PlacedLabel> wanted;
  std::vector<Box> taken;
  for (const Series& series : panel.series) {
    for (std::size_t i = 0; i < series.point_labels.size(); ++i) {
      if (series.point_labels[i].empty()) continue;
      PlacedLabel label;
      label.text = OneLine(series.point_labels[i]);
      label.width = TextWidth(label.text, kSmallPoints);
      label.height = kTextHeight;
      label.point_x = layout.PlaceX(series.x.at(i)) + series.shift_mm;
      label.point_y = layout.PlaceY(series.y.at(i));
      const Box point = {label.point_x - kPointHalf, label.point_y - kPointHalf, 2 * kPointHalf,
                         2 * kPointHalf};
      const bool is_shown = label.point_x >= layout.plot.left &&
                            label.point_x <= layout.plot.right() &&
                            label.point_y >= layout.plot.bottom &&
                            label.point_y <= layout.plot.top();  // false for NaN
      if (!is_shown) continue;
      taken.push_back(point);
      wanted.push_back(std::move(label));
    }
  }
  std::vector<PlacedLabel> placed;
  if (wanted.empty()) return placed;
  const std::vector<Point> points = PlacedPoints(panel, layout);
  for (PlacedLabel& label : wanted) {
    if (!Find(taken, points, layout.plot, label)) continue;
    taken.push_back(label.box());
    const std::vector<Box> line = LineBoxes(label);
    taken.insert(taken.end(), line.begin(), line.end());
    placed.push_back(std::move(label));
  }
  return placed;
}

std::array<double, 2> PlaceEndLabel(const Panel& panel, const PanelLayout& layout,
                                    const Series& series, double width) {
  constexpr double kAside = 1.5;      // mm, from the point to a text beside it
  constexpr double kOver = 2.4;       // to the middle of one above or below
  constexpr double kTitleRoom = 1.2;  // above the plot
  constexpr double kCostOfTitle = 2;  // as that of lying on two points of a line
  constexpr double kCostOfAxis = 100;
  const double half = width / 2;
  const Point point = {layout.PlaceX(series.x.back()), layout.PlaceY(series.y.back())};
  const double leftmost = layout.plot.left + half + 0.5;
  const double rightmost = std::min(layout.cell.right(), layout.plot.right() + 2) - half;
  const double within = std::clamp(point[0], leftmost, std::max(leftmost, rightmost));
  const Point right = {point[0] + kAside + half, point[1]};
  const Point left = {point[0] - kAside - half, point[1]};
  const Point above = {within, point[1] + kOver};
  const Point below = {within, point[1] - kOver};
  std::array<Point, 4> places = {above, below, right, left};
  if (series.label_side == LabelSide::kBelow) places = {below, above, right, left};
  if (series.label_side == LabelSide::kRight) {
    return {std::clamp(right[0], leftmost, std::max(leftmost, rightmost)), right[1]};
  }
  const std::vector<Point> lines = PointsOfLines(panel, layout);
  Point best = places[0];
  double lowest_cost = std::numeric_limits<double>::infinity();
  for (const Point& place : places) {
    const Box box = {place[0] - half, place[1] - kTextHeight / 2, width, kTextHeight};
    double cost =
        static_cast<double>(std::count_if(lines.begin(), lines.end(), [&](const Point& of_line) {
          return of_line[0] > box.left && of_line[0] < box.right() && of_line[1] > box.bottom &&
                 of_line[1] < box.top();
        }));
    if (box.top() > layout.plot.top() + kTitleRoom) cost += kCostOfTitle;
    if (box.bottom < layout.plot.bottom || place[0] < leftmost || place[0] > rightmost) {
      cost += kCostOfAxis;
    }
    if (cost >= lowest_cost) continue;
    lowest_cost = cost;
    best = place;
  }
  return best;
}

}  // namespace zipflens
