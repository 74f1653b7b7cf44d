// Figures of more lines, marks and cells than a vector format can bear.
#include "zipflens/figures/raster_layer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "test_folder.h"
#include "tests/figures/write_figures.h"
#include "zipflens/figures/colours.h"
#include "zipflens/figures/figure_writer.h"

namespace zipflens {
namespace {

using testing::HasSubstr;

constexpr int kPlaces = 8;

/// A line a sequence in two panels, as part5c has, and one on top of them.
Figure LinesFigure(int num_lines, bool hues) {
  Figure figure;
  figure.name = "lines";
  figure.grid_cols = 2;
  for (const char* letter : {"A", "B"}) {
    Panel panel{.letter = letter, .title = "t"};
    if (hues) panel.colour_bar = ColourBar{.lower = 0, .upper = num_lines - 1.0};
    for (int s = 0; s < num_lines; ++s) {
      Series line{.name = fmt::format("sequence {}", s), .mark = Mark::kLine};
      for (int i = 0; i < kPlaces; ++i) {
        line.x.push_back(i);
        line.y.push_back(std::sin(0.7 * i + s) + 0.01 * s);
      }
      line.size = 0.5;
      line.opacity = 0.4;
      line.one_of_many = true;
      if (hues) line.colour_value = s;
      panel.series.push_back(std::move(line));
    }
    panel.series.push_back(
        {.name = "average", .mark = Mark::kLinePoints, .x = {0, 7}, .y = {0, 1}});
    figure.panels.push_back(std::move(panel));
  }
  return figure;
}

std::size_t Occurrences(const std::string& text, const std::string& part) {
  std::size_t number = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++number;
  return number;
}

/// A panel of one series of marks with axes from 0 to 1.
Panel MarksPanel(std::vector<double> x, std::vector<double> y, double opacity) {
  Panel panel{.x = {.lower = 0, .upper = 1}, .y = {.lower = 0, .upper = 1}};
  panel.series = {{.name = "s", .x = std::move(x), .y = std::move(y)}};
  panel.series[0].opacity = opacity;
  return panel;
}

Raster RasterOf(const Panel& panel, double height = 60) {
  Figure figure{.name = "f", .width_mm = 85, .height_mm = height};
  figure.panels = {panel};
  return DrawRaster(panel, LayOut(figure).panels[0], height);
}

/// Mean darkness of a raster times its number of pixels: how many black pixels it amounts to.
double Ink(const Raster& raster) {
  double ink = 0;
  for (const std::uint32_t pixel : raster.pixels) ink += 1 - (pixel & 0xFF) / 255.0;
  return ink;
}

TEST(RasterLayer, FewLinesStayLinesAndManyAreAPicture) {
  for (const auto& [num_lines, is_raster] : {std::pair{64, false}, {300, true}, {3000, true}}) {
    const TestFolder folder;
    WriteFigures({LinesFigure(num_lines, /*hues=*/false)}, folder.path(),
                 {.formats = {FigureFormat::kSvg}}, nullptr);
    const std::string svg = folder.Read("lines.svg");
    EXPECT_EQ(Occurrences(svg, "<image "), is_raster ? 2U : 0U);
    if (is_raster) {
      EXPECT_LT(Occurrences(svg, "<path"), 100U);
    } else {
      EXPECT_GE(Occurrences(svg, "<path"), 2U * 64);
    }
  }
}

TEST(RasterLayer, ManyLinesStayUnderAMegabyteInEveryFormat) {
  for (const bool hues : {false, true}) {
    const TestFolder folder;
    WriteFigures({LinesFigure(4000, hues)}, folder.path(), {}, nullptr);
    for (const char* name : {"lines.svg", "lines.pdf", "lines.png"}) {
      EXPECT_GT(std::filesystem::file_size(folder.path() / name), 10'000U) << name;
      EXPECT_LT(std::filesystem::file_size(folder.path() / name), 1'000'000U) << name;
    }
  }
}

TEST(RasterLayer, LiesOnTheDotsOfThePageAndCoversThePlot) {
  for (const double height : {60.0, 71.3}) {
    const Panel panel = MarksPanel({0.5}, {0.5}, 1);
    Figure figure{.name = "f", .width_mm = 85, .height_mm = height};
    figure.panels = {panel};
    const Box plot = LayOut(figure).panels[0].plot;
    const Raster raster = RasterOf(panel, height);
    EXPECT_LE(raster.place.left, plot.left);
    EXPECT_GE(raster.place.right(), plot.right() - 1e-9);
    EXPECT_LE(raster.place.bottom, plot.bottom + 1e-9);
    EXPECT_GE(raster.place.top(), plot.top());
    const double dots = raster.place.left * kRasterDots;
    const double dots_from_top = (height - raster.place.top()) * kRasterDots;
    EXPECT_NEAR(dots, std::round(dots), 1e-6);
    EXPECT_NEAR(dots_from_top, std::round(dots_from_top), 1e-6);
  }
}

TEST(RasterLayer, EveryFinitePointIsThere) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> x;
  std::vector<double> y;
  for (int i = 0; i < 2000; ++i) {  // far apart, in the order of a grid
    x.push_back((i % 50 + 0.5) / 50);
    y.push_back((static_cast<double>(i) / 50 + 0.5) / 50);
  }
  x.insert(x.end(), {kNaN, 0.5, 7, 0.5});  // not to be seen
  y.insert(y.end(), {0.5, kNaN, 0.5, -1e300});
  Panel panel = MarksPanel(x, y, 1);
  panel.series[0].size = 0.5;
  const double radius = 0.5 * kMarkDiameter * 1000 / 2004 / 2 * kRasterDots;
  EXPECT_NEAR(Ink(RasterOf(panel)) / 2000, M_PI * radius * radius, 0.05 * M_PI * radius * radius);
}

TEST(RasterLayer, MarksOfEachKindHaveTheirAreas) {
  const double radius = 6 * kMarkDiameter * 1000 / 1002 / 2 * kRasterDots;
  const double strip = radius / 2 / std::sqrt(2.0);  // of a cross, a strip along each diagonal
  const double cross = 2 * (4 * radius * strip - strip * strip) - radius * radius / 4;
  for (const auto& [mark, area] : {std::pair{Mark::kPoints, M_PI * radius * radius},
                                   {Mark::kDiamonds, 4 * radius * radius},
                                   {Mark::kCrosses, cross}}) {
    Panel panel = MarksPanel({0.5}, {0.5}, 1);
    panel.series[0].mark = mark;
    panel.series[0].size = 6;
    panel.series.push_back({.name = "far", .x = std::vector<double>(1001, 9), .y = {}});
    EXPECT_NEAR(Ink(RasterOf(panel)), area, 0.05 * area) << static_cast<int>(mark);
  }
}

TEST(RasterLayer, TranslucentMarksAddUp) {
  for (const int depth : {1, 2, 8}) {
    Panel panel = MarksPanel(std::vector<double>(static_cast<std::size_t>(depth), 0.5),
                             std::vector<double>(static_cast<std::size_t>(depth), 0.5), 0.25);
    panel.series[0].size = 6;
    panel.series.push_back({.name = "far", .x = std::vector<double>(1001, 9), .y = {}});
    const Raster raster = RasterOf(panel);
    const std::uint32_t darkest = *std::min_element(raster.pixels.begin(), raster.pixels.end());
    EXPECT_NEAR(darkest & 0xFF, 255 * std::pow(0.75, depth), 1) << depth;
  }
}

TEST(RasterLayer, ADeepPileTellsAThousandFromTen) {
  std::vector<double> x(140'000, 9);  // outside
  std::fill_n(x.begin(), 10, 0.2);
  std::fill_n(x.begin() + 10, 1000, 0.5);
  std::fill_n(x.begin() + 1010, 100'000, 0.8);
  Panel panel = MarksPanel(x, std::vector<double>(x.size(), 0.5), 0.5);
  panel.series[0].size = 6;
  ASSERT_TRUE(ArePiled(panel));
  const Raster raster = RasterOf(panel);
  std::set<std::uint32_t> shades;
  const std::size_t middle = raster.rows / 2;
  for (const double share : {0.2, 0.5, 0.8}) {
    const auto col = static_cast<std::size_t>(share * static_cast<double>(raster.cols));
    shades.insert(raster.pixels[middle * raster.cols + col] & 0xFF);
  }
  ASSERT_EQ(shades.size(), 3U);
  EXPECT_GT(*shades.rbegin() - *shades.begin(), 50U);
}

TEST(RasterLayer, ALineCoversNoMoreWhereItCrossesItself) {
  Panel panel{.x = {.lower = 0, .upper = 1}, .y = {.lower = 0, .upper = 1}};
  Series line{.name = "s", .mark = Mark::kLine, .x = {0, 1, 0, 1}, .y = {0, 1, 1, 0}};
  line.one_of_many = true;
  line.opacity = 0.3;
  panel.series = {line};
  for (int i = 0; i < 300; ++i) {
    panel.series.push_back({.name = "none", .mark = Mark::kLine, .one_of_many = true});
  }
  const Raster raster = RasterOf(panel);
  const std::uint32_t darkest = *std::min_element(raster.pixels.begin(), raster.pixels.end());
  EXPECT_NEAR(darkest & 0xFF, 255 * 0.7, 2);
}

TEST(LayeredSeries, CountsMarksAndLines) {
  const auto series = [](Mark mark, std::size_t size, bool one_of_many) {
    Series made{.mark = mark, .x = std::vector<double>(size), .y = std::vector<double>(size)};
    made.one_of_many = one_of_many;
    return made;
  };
  Panel panel;
  panel.series = {series(Mark::kPoints, 500, false), series(Mark::kCrosses, 500, false),
                  series(Mark::kLine, 50'000, false), series(Mark::kLine, 10'241, true),
                  series(Mark::kBand, 9, true)};
  EXPECT_EQ(LayeredSeries(panel), (std::vector<bool>{false, false, false, true, false}));
  panel.series[1] = series(Mark::kDiamonds, 501, false);
  panel.series[3] = series(Mark::kLinePoints, 2560, true);
  EXPECT_EQ(LayeredSeries(panel), (std::vector<bool>{true, true, false, false, false}));
  panel.series[3] = series(Mark::kLinePoints, 2561, true);
  EXPECT_TRUE(LayeredSeries(panel)[3]);
  panel.image = Image{.rows = 1, .cols = 1, .values = {0}};
  EXPECT_EQ(LayeredSeries(panel), std::vector<bool>(5, false));
}

TEST(RasterLayer, AThinnedImageShowsSomeRowsAndItsDataHasAll) {
  const TestFolder folder;
  Figure figure;
  figure.name = "image";
  Panel panel{.title = "t"};
  panel.colour_bar = ColourBar{.label = "value", .lower = 0, .upper = 1};
  Image image{.rows = 10, .cols = 6, .values = std::vector<float>(60, 0.0F)};
  for (std::size_t col = 0; col < 6; ++col) image.values[4 * 6 + col] = 1;  // row 4 is drawn
  for (std::size_t col = 0; col < 6; ++col) image.values[5 * 6 + col] = NAN;
  image.row_step = 4;
  panel.image = image;
  figure.panels = {panel};
  WriteFigures({figure}, folder.path(), {}, nullptr);
  const std::string csv = folder.Read("image.csv");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 11);
  // Rows 0, 4 and 8, the last on top: viridis at its two ends.
  const Raster raster = RasterOf(panel);
  EXPECT_EQ(raster.rows % 3, 0U);
  EXPECT_EQ(raster.cols % 6, 0U);
  for (std::size_t row = 0; row < raster.rows; ++row) {
    const bool is_middle = row / (raster.rows / 3) == 1;
    for (std::size_t col = 0; col < raster.cols; ++col) {
      ASSERT_EQ(raster.pixels[row * raster.cols + col], is_middle ? 0xfde725U : 0x440154U) << row;
    }
  }
  EXPECT_THAT(folder.Read("image.svg"), HasSubstr("<image "));
}

}  // namespace
}  // namespace zipflens
