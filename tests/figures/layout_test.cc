// Ticks, text widths, wrapping and the places of panels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "zipflens/base/safe_text.h"
#include "zipflens/base/utf8.h"
#include "zipflens/figures/colours.h"
#include "zipflens/figures/figure_layout.h"
#include "zipflens/figures/label_places.h"
#include "zipflens/figures/text_measure.h"
#include "zipflens/figures/ticks.h"

namespace zipflens {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(NiceTicks, AreRoundNumbersInsideTheRange) {
  EXPECT_THAT(NiceTicks(-1, 1), Pointwise(DoubleNear(1e-12), {-1.0, -0.5, 0.0, 0.5, 1.0}));
  EXPECT_THAT(NiceTicks(0, 30522), Pointwise(DoubleNear(1e-12), {0.0, 10000.0, 20000.0, 30000.0}));
  EXPECT_THAT(NiceTicks(-0.07, 0.13), Pointwise(DoubleNear(1e-12), {-0.05, 0.0, 0.05, 0.1}));
}

TEST(NiceTicks, AreFourToSixForAnyRange) {
  for (double extent = 0.001; extent < 1e6; extent *= 1.37) {
    const auto ticks = NiceTicks(0.3 * extent, 1.3 * extent);
    EXPECT_GE(ticks.size(), 2U) << extent;
    EXPECT_LE(ticks.size(), 6U) << extent;
  }
}

TEST(NiceTicks, EmptyRangesHaveNone) {
  EXPECT_TRUE(NiceTicks(1, 1).empty());
  EXPECT_TRUE(NiceTicks(kNaN, 1).empty());
  EXPECT_TRUE(NiceTicks(0, std::numeric_limits<double>::infinity()).empty());
}

TEST(WholeTicks, HaveNoFractions) {
  EXPECT_THAT(WholeTicks(0, 2), ElementsAre(0, 1, 2));
  EXPECT_THAT(WholeTicks(0, 63), ElementsAre(0, 20, 40, 60));
}

TEST(TickTexts, ShareDecimalsAndUseTrueMinus) {
  EXPECT_THAT(TickTexts({-0.5, 0, 0.5}), ElementsAre("\u22120.5", "0.0", "0.5"));
  EXPECT_THAT(TickTexts({0, 10000, 1000000}), ElementsAre("0", "10,000", "1,000,000"));
}

TEST(NumberText, NamesWhatIsNotANumber) {
  EXPECT_EQ(NumberText(kNaN, 2), "not defined");
  EXPECT_EQ(NumberText(-0.001, 2), "0.00");
  EXPECT_EQ(NumberText(-1234.5, 1), "\u22121,234.5");
}

TEST(TextWidth, IsTheFacesAdvanceWidths) {
  // Liberation Sans has Arial's: W is 944 and i 222 thousandths of an em.
  EXPECT_NEAR(TextWidth("Wi", 10), (0.944 + 0.222) * 10 * 25.4 / 72, 0.01);
  EXPECT_NEAR(TextWidth("W", 10, /*bold=*/true), 0.944 * 10 * 25.4 / 72, 0.01);
  EXPECT_EQ(TextWidth("", 10), 0);
}

TEST(TextWidth, OfAnyScriptGrowsWithTheText) {
  for (const char* text : {"\u6f22", "\u0627\u0644", "\u0939\u093f", "\U0001F600", "\u200d"}) {
    EXPECT_GE(TextWidth(std::string(text) + "mm", 8), TextWidth("mm", 8)) << text;
  }
}

TEST(WrapText, BreaksAtSpacesAndEndsInEllipsis) {
  const std::string text = "one two three four five six seven eight";
  const auto lines = WrapText(text, 8, 25, 10);
  std::string joined;
  for (const std::string& line : lines) {
    EXPECT_LE(TextWidth(line, 8), 25);
    joined += (joined.empty() ? "" : " ") + line;
  }
  EXPECT_EQ(joined, text);
  const auto cut = WrapText(text, 8, 15, 2);
  ASSERT_EQ(cut.size(), 2U);
  EXPECT_TRUE(cut[1].ends_with("\u2026")) << cut[1];
  EXPECT_LE(TextWidth(cut[1], 8), 15);
}

TEST(WrapText, BreaksLongWordsBetweenCharacters) {
  std::string word;
  for (int i = 0; i < 60; ++i) word += "\u00e9";
  const auto lines = WrapText(word, 8, 20, 2);
  ASSERT_EQ(lines.size(), 2U);
  for (const std::string& line : lines) EXPECT_LE(TextWidth(line, 8), 20);
  EXPECT_EQ(lines[0].size() % 2, 0U) << "whole two-byte characters";
  EXPECT_EQ((lines[1].size() - 3) % 2, 0U) << "whole two-byte characters before the ellipsis";
}

TEST(WrapText, FitsAnyTextIntoAnyWidth) {
  std::mt19937_64 random(3);
  const std::vector<std::string> pieces = {"a",      " ",      "word ", "\u6f22", "\u0627\u0644 ",
                                           "\u0939", "\u200d", "-",     "\u00a0", "\U0001F600"};
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (std::uint64_t i = 0; i < random() % 80; ++i) text += pieces[random() % pieces.size()];
    const double width = 10 + static_cast<double>(random() % 60);
    const int most = 1 + static_cast<int>(random() % 3);
    const auto lines = WrapText(text, 8, width, most);
    EXPECT_LE(lines.size(), static_cast<std::size_t>(most));
    for (const std::string& line : lines) {
      EXPECT_LE(TextWidth(line, 8), width + 0.01) << text;
      EXPECT_EQ(FirstInvalidUtf8(line), line.size()) << text;
    }
  }
}

TEST(OneLine, ReplacesControlCharactersAndBadBytes) {
  EXPECT_EQ(OneLine("a\nb\tc"), "a b c");
  EXPECT_EQ(OneLine(std::string("x\xff") + "y"), "x\ufffdy");
}

TEST(AxisRange, IgnoresNaNAndSurvivesNoData) {
  Panel panel;
  panel.series = {{.x = {0, kNaN, 10}, .y = {kNaN, kNaN, kNaN}}};
  const LaidOutAxis x = LayOutX(panel);
  EXPECT_NEAR(x.lower, -0.3, 1e-9);
  EXPECT_NEAR(x.upper, 10.3, 1e-9);
  const LaidOutAxis y = LayOutY(panel);
  EXPECT_LT(y.lower, y.upper);
  panel.series[0].y = {7, 7, 7};
  EXPECT_LT(LayOutY(panel).lower, 7);
  EXPECT_GT(LayOutY(panel).upper, 7);
}

TEST(Colours, MapsGetLighterAllTheWay) {
  for (const ColourMap map : {ColourMap::kViridis, ColourMap::kCividis}) {
    double last = -1;
    for (int i = 0; i <= 50; ++i) {
      const Rgb c = RgbOf(map, i / 50.0);
      const double luminance = 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
      EXPECT_GT(luminance, last) << i;
      last = luminance;
    }
  }
  EXPECT_EQ(PixelOf(RgbOf(ColourMap::kViridis, 0)), 0x440154U);
  EXPECT_EQ(PixelOf(RgbOf(ColourMap::kViridis, 1)), 0xfde725U);
  EXPECT_EQ(PixelOf(RgbOf(Colour::kVermillion)), 0xd55e00U);
}

TEST(LayOut, KeepsPanelsApartAndInsideThePaper) {
  Figure figure;
  figure.name = "f";
  figure.height_mm = 120;
  figure.grid_rows = 2;
  figure.grid_cols = 2;
  figure.footnote = std::string(600, 'x') + " and more";
  for (const char* letter : {"A", "B", "C", "D"}) {
    Panel panel{.letter = letter, .title = "a title", .x = {.label = "x"}, .y = {.label = "y"}};
    panel.series = {{.name = "s", .x = {0, 1}, .y = {-12345, 3}}};
    panel.colour_bar = ColourBar{.label = "layer"};
    figure.panels.push_back(panel);
  }
  const FigureLayout layout = LayOut(figure);
  for (const PanelLayout& panel : layout.panels) {
    EXPECT_GE(panel.cell.left, 0);
    EXPECT_GE(panel.cell.bottom, 0);
    EXPECT_LE(panel.cell.right(), figure.width_mm);
    EXPECT_LE(panel.cell.top(), figure.height_mm);
    EXPECT_GE(panel.plot.left, panel.cell.left + 5);
    EXPECT_LE(panel.plot.right(), panel.cell.right() - 5);
    EXPECT_DOUBLE_EQ(panel.plot.width, layout.panels[0].plot.width);
  }
  EXPECT_LT(layout.panels[0].cell.right(), layout.panels[1].cell.left);
  EXPECT_LT(layout.panels[2].cell.top(), layout.panels[0].cell.bottom);
}

TEST(Colours, BlueRedIsLightestInItsMiddle) {
  EXPECT_EQ(PixelOf(RgbOf(ColourMap::kBlueRed, 0.5)), 0xf7f7f7U);
  const Rgb low = RgbOf(ColourMap::kBlueRed, 0.1);
  const Rgb high = RgbOf(ColourMap::kBlueRed, 0.9);
  EXPECT_GT(low[2], low[0] + 50);
  EXPECT_GT(high[0], high[2] + 50);
}

TEST(PlaceLabels, CoverNeitherEachOtherNorLabelledPoints) {
  Figure figure;
  figure.width_mm = 85;
  Series named{.name = "named"};
  for (int i = 0; i < 12; ++i) {
    named.x.push_back(0.5 + 0.01 * (i % 4));
    named.y.push_back(0.5 + 0.01 * (i / 4));
    named.point_labels.push_back("token" + std::to_string(i));
  }
  named.x.push_back(kNaN);
  named.y.push_back(0.5);
  named.point_labels.emplace_back("nowhere");
  figure.panels = {{.x = {.lower = 0, .upper = 1}, .y = {.lower = 0, .upper = 1}}};
  figure.panels[0].series = {named};
  const PanelLayout layout = LayOut(figure).panels[0];
  const std::vector<PlacedLabel> labels = PlaceLabels(figure.panels[0], layout);
  EXPECT_GE(labels.size(), 6U);
  const auto overlap = [](const Box& a, const Box& b) {
    return a.left < b.right() && b.left < a.right() && a.bottom < b.top() && b.bottom < a.top();
  };
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Box box = labels[i].box();
    EXPECT_NE(labels[i].text, "nowhere");
    EXPECT_GE(box.left, layout.plot.left);
    EXPECT_LE(box.top(), layout.plot.top());
    for (std::size_t j = 0; j < labels.size(); ++j) {
      EXPECT_FALSE(j != i && overlap(box, labels[j].box())) << labels[i].text << labels[j].text;
      const Box point = {labels[j].point.x, labels[j].point.y, 0, 0};
      EXPECT_FALSE(overlap(box, point)) << labels[i].text << " on " << labels[j].text;
    }
  }
}

TEST(LayOut, WarningsStandAboveTheFootnoteAndBelowThePlots) {
  Figure figure;
  figure.footnote = "model";
  figure.panels = {{.title = "t"}};
  const double bottom = LayOut(figure).panels[0].plot.bottom;
  figure.warnings = {"one", "two"};
  const FigureLayout layout = LayOut(figure);
  ASSERT_EQ(layout.warning_lines.size(), 1U);
  EXPECT_EQ(layout.warning_lines[0], "Warning: one. two.");
  EXPECT_NEAR(layout.panels[0].plot.bottom, bottom + kSmallLine, 1e-9);
}

TEST(LayOut, SquarePixelsAreSquare) {
  Figure figure;
  figure.width_mm = 85;
  figure.height_mm = 70;
  Panel panel;
  panel.image =
      Image{.rows = 4, .cols = 8, .values = std::vector<float>(32), .square_pixels = true};
  figure.panels = {panel};
  const Box plot = LayOut(figure).panels[0].plot;
  EXPECT_NEAR(plot.width / 8, plot.height / 4, 1e-9);
}

}  // namespace
}  // namespace zipflens
