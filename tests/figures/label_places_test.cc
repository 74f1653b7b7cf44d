// Labels of any data cover no title, no other label and no point.
#include "zipflens/figures/label_places.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "zipflens/figures/raster_layer.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

bool Overlap(const Box& a, const Box& b) {
  return a.left < b.right() && b.left < a.right() && a.bottom < b.top() && b.bottom < a.top();
}

/// r by layer as part4b and part6 show it: a point a layer, the largest and the smallest labelled.
Panel ProfilePanel(const std::vector<double>& r, const std::string& title) {
  Panel panel{.letter = "C", .title = title};
  panel.x = {.label = "layer", .lower = -0.5, .upper = static_cast<double>(r.size()) - 0.5};
  panel.y = {.label = "r", .lower = -1, .upper = 1, .zero_line = true};
  Series line{.name = "r by layer", .mark = Mark::kLine};
  std::size_t largest = 0;
  std::size_t smallest = 0;
  for (std::size_t i = 0; i < r.size(); ++i) {
    line.x.push_back(static_cast<double>(i));
    line.y.push_back(r[i]);
    if (r[i] > r[largest]) largest = i;
    if (r[i] < r[smallest]) smallest = i;
  }
  panel.series.push_back(line);
  for (std::size_t i = 0; i < r.size(); ++i) {
    Series point{.name = fmt::format("layer {}", i), .x = {static_cast<double>(i)}, .y = {r[i]}};
    point.size = 0.75;
    point.label_ends = i == largest || i == smallest;
    point.end_label = fmt::format("layer {}: {:.2f}", i, r[i]);
    point.label_side = i == largest ? LabelSide::kAbove : LabelSide::kBelow;
    panel.series.push_back(point);
  }
  return panel;
}

/// Fails where a label lies on something, or partly outside of its panel.
void ExpectNothingCovered(const Panel& panel, const PanelLayout& layout,
                          const std::vector<PlacedLabel>& labels, const std::string& of) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Box box = labels[i].box();
    EXPECT_GE(box.left, layout.plot.left) << of;
    EXPECT_LE(box.right(), layout.cell.right()) << of;
    EXPECT_GE(box.bottom, layout.plot.bottom) << of;
    for (std::size_t line = 0; line < layout.title_lines.size(); ++line) {
      const double middle = layout.title_baseline - static_cast<double>(line) * kTextLine;
      const Box title = {layout.plot.left, middle - 1.5,
                         TextWidth(layout.title_lines[line], kTextPoints), 3};
      EXPECT_FALSE(Overlap(box, title)) << of << ": " << labels[i].text << " on the title";
    }
    for (const LegendEntry& entry : layout.legend) {
      const Box sample = {entry.left, entry.middle - 1, kLegendSample, 2};
      EXPECT_FALSE(Overlap(box, sample)) << of << ": " << labels[i].text << " on the legend";
    }
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_FALSE(Overlap(box, labels[j].box())) << of << ": " << labels[i].text << " on another";
    }
    for (const Series& series : panel.series) {
      if (series.mark == Mark::kLine) continue;
      for (std::size_t k = 0; k < series.x.size(); ++k) {
        const double radius = kMarkDiameter / 2 * series.size;
        const Box mark = {layout.PlaceX(series.x[k]) - radius, layout.PlaceY(series.y[k]) - radius,
                          2 * radius, 2 * radius};
        EXPECT_FALSE(Overlap(box, mark)) << of << ": " << labels[i].text << " on a point";
      }
    }
  }
}

Figure FigureOf(const Panel& panel) {
  Figure figure{.name = "f", .height_mm = 125, .grid_rows = 2, .grid_cols = 2};
  figure.panels = {panel, panel, panel, panel};
  return figure;
}

TEST(PlaceLabels, OfProfilesNearOneLieOnNothing) {
  // Real BERT-base: |r| over bins is near 1 in most layers.
  const std::vector<std::vector<double>> profiles = {
      {0.97, 0.99, 0.96, 0.95, 0.99, 0.98, 0.93, 0.97, 0.99, 0.96, 0.98, 0.97},
      {-0.97, 0.99, -0.96, 0.95, -0.99, 0.98, 0.93, 0.97, -0.99, 0.96, 0.98, -1},
      {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
      {-1, -1, -1, -1, -1, -1},
      {1, -1, 1, -1, 1, -1, 1, -1},
      {0.5}};
  for (const std::vector<double>& r : profiles) {
    for (const char* title : {"u with mean score: r from \u22120.99 to 0.99", ""}) {
      const Panel panel = ProfilePanel(r, title);
      const PanelLayout layout = LayOut(FigureOf(panel)).panels[2];
      const std::vector<PlacedLabel> labels = PlaceLabels(panel, layout);
      const bool are_equal =
          *std::max_element(r.begin(), r.end()) == *std::min_element(r.begin(), r.end());
      EXPECT_EQ(labels.size(), are_equal ? 1U : 2U) << ::testing::PrintToString(r);
      ExpectNothingCovered(panel, layout, labels, ::testing::PrintToString(r));
    }
  }
}

TEST(PlaceLabels, OfRandomPanelsLieOnNothing) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> unit(0, 1);
  std::size_t num_placed = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<double> r;
    const int num_layers = 1 + round % 48;
    const int kind = round % 5;
    for (int i = 0; i < num_layers; ++i) {
      const double noise = 2 * unit(random) - 1;
      r.push_back(kind == 0   ? noise
                  : kind == 1 ? 1 - 0.01 * unit(random)
                  : kind == 2 ? 0.02 * noise - 0.98
                  : kind == 3 ? std::round(noise)
                              : std::nan(""));
    }
    Panel panel = ProfilePanel(r, std::string(static_cast<std::size_t>(round), 'W') + " two lines");
    panel.legend = round % 3 == 0;
    if (round % 4 == 0) panel.remark = "a remark in the upper right corner";
    Series named{.name = "named"};  // adversarial: many labels around one place
    for (int i = 0; i < round % 9; ++i) {
      named.x.push_back(0.5 * num_layers + 0.01 * i);
      named.y.push_back(0.97 + 0.01 * unit(random));
      named.point_labels.push_back(i % 2 == 0 ? "token" : "\u6f22\u5b57");
    }
    panel.series.push_back(named);
    const PanelLayout layout = LayOut(FigureOf(panel)).panels[round % 4];
    const std::vector<PlacedLabel> labels = PlaceLabels(panel, layout);
    num_placed += labels.size();
    ExpectNothingCovered(panel, layout, labels, fmt::format("round {}", round));
    if (HasFailure()) return;
  }
  EXPECT_GT(num_placed, 800U) << "labels are placed, not dropped";
}

}  // namespace
}  // namespace zipflens
