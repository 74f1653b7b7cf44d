// Figures of more lines, marks and cells than a vector format can bear.
#include "zipflens/figures/raster_layer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "test_folder.h"
#include "tests/figures/write_figures.h"
#include "zipflens/figures/figure_writer.h"
#include "zipflens/figures/png.h"

namespace zipflens {
namespace {

using testing::HasSubstr;
using testing::Not;

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

std::string ScriptOf(const Figure& figure) {
  const TestFolder folder;
  WriteFigures({figure}, folder.path(), {.formats = {}}, nullptr);
  return folder.Read(figure.name + ".gp");
}

TEST(RasterLayer, AScriptNamesItsDataNoOftenerForMoreLines) {
  for (const bool hues : {false, true}) {
    const std::string many = ScriptOf(LinesFigure(300, hues));
    const std::string more = ScriptOf(LinesFigure(3000, hues));
    EXPECT_EQ(Occurrences(many, ".csv\""), 2U * 3);  // average twice, all lines once, in two panels
    EXPECT_EQ(Occurrences(more, ".csv\""), 2U * 3);
    if (!hues) {
      EXPECT_LT(more.size(), many.size() + 100);
    }
  }
}

TEST(RasterLayer, FewLinesStayLines) {
  const TestFolder folder;
  WriteFigures({LinesFigure(64, /*hues=*/false)}, folder.path(), {.formats = {}}, nullptr);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "lines_layer1.png"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "lines_drawn.csv"));
  EXPECT_EQ(Occurrences(folder.Read("lines.gp"), "lines.csv\""), 2U * 65);
}

TEST(RasterLayer, TheDataFileHasEveryPointInOrderWhateverIsInALayer) {
  const TestFolder folder;
  WriteFigures({LinesFigure(300, /*hues=*/false)}, folder.path(), {.formats = {}}, nullptr);
  std::istringstream rows(folder.Read("lines.csv"));
  std::string row;
  ASSERT_TRUE(std::getline(rows, row));
  EXPECT_EQ(row, "panel,series,x,y,lower,upper");
  for (const char* letter : {"A", "B"}) {
    for (int s = 0; s <= 300; ++s) {
      const std::string name = s == 300 ? "average" : fmt::format("sequence {}", s);
      for (int i = 0; i < (s == 300 ? 2 : kPlaces); ++i) {
        ASSERT_TRUE(std::getline(rows, row));
        EXPECT_THAT(row, testing::StartsWith(fmt::format("{},{},", letter, name)));
        EXPECT_EQ(std::count(row.begin(), row.end(), ','), 5);
      }
    }
  }
  EXPECT_FALSE(std::getline(rows, row)) << row;
  EXPECT_EQ(folder.Read("lines_drawn.csv"),
            "panel,series,x,y,lower,upper\nA,average,0,0,,\nA,average,7,1,,\n"
            "B,average,0,0,,\nB,average,7,1,,\n");
}

TEST(RasterLayer, ManyLinesStayUnderAMegabyteInEveryFormat) {
  const TestFolder folder;
  WriteFigures({LinesFigure(4000, /*hues=*/true)}, folder.path(), {}, nullptr);
  for (const char* name : {"lines.svg", "lines.pdf", "lines.png", "lines_layer2.png"}) {
    EXPECT_GT(std::filesystem::file_size(folder.path() / name), 10'000U) << name;
    EXPECT_LT(std::filesystem::file_size(folder.path() / name), 1'000'000U) << name;
  }
}

TEST(RasterLayer, RedrawnFromTheDataEveryLineIsThereAndNoneIsJoinedToTheNext) {
  for (const bool hues : {false, true}) {
    const TestFolder folder;
    WriteFigures({LinesFigure(300, hues)}, folder.path(), {.formats = {FigureFormat::kSvg}},
                 nullptr);
    EXPECT_LT(Occurrences(folder.Read("lines.svg"), "<path"), 100U);
    const std::string command =
        "cd '" + folder.path().string() + "' && gnuplot -e 'layers = 0' lines.gp 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::size_t num_lines = 0;
    const std::string svg = folder.Read("lines.svg");
    for (std::size_t at = svg.find("d='M"); at != std::string::npos;
         at = svg.find("d='M", at + 1)) {
      const std::string path = svg.substr(at, svg.find("'/>", at) - at);
      // kPlaces places: one to move to and the others to draw to, in one piece.
      const bool is_line = std::count(path.begin(), path.end(), 'M') == 1 &&
                           std::count(path.begin(), path.end(), ',') == kPlaces;
      num_lines += is_line ? 1 : 0;
    }
    EXPECT_EQ(num_lines, 2U * 300) << (hues ? "hues" : "one colour");
  }
}

TEST(LayeredSeries, CountsEachKindOfMarkByItself) {
  const auto series = [](Mark mark, std::size_t size, bool one_of_many) {
    Series made{.mark = mark, .x = std::vector<double>(size), .y = std::vector<double>(size)};
    made.one_of_many = one_of_many;
    return made;
  };
  Panel panel;
  panel.series = {series(Mark::kPoints, 1500, false),  series(Mark::kPoints, 501, false),
                  series(Mark::kCrosses, 2000, false), series(Mark::kDiamonds, 2001, false),
                  series(Mark::kLine, 50'000, false),  series(Mark::kLine, 10'241, true),
                  series(Mark::kBand, 9, true)};
  EXPECT_EQ(LayeredSeries(panel), (std::vector<bool>{true, true, false, true, false, true, false}));
  panel.series[5] = series(Mark::kLinePoints, 2560, true);
  EXPECT_FALSE(LayeredSeries(panel)[5]);
  panel.series[5] = series(Mark::kLinePoints, 2561, true);
  EXPECT_TRUE(LayeredSeries(panel)[5]);
  panel.image = Image{.rows = 1, .cols = 1, .values = {0}};
  EXPECT_EQ(LayeredSeries(panel), std::vector<bool>(7, false));
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
  const std::string violet = "\x44\x01\x54";
  const std::string yellow = "\xfd\xe7\x25";
  std::string pixels;
  for (const std::string& colour : {violet, yellow, violet}) {
    for (int col = 0; col < 6; ++col) pixels += colour;
  }
  EXPECT_EQ(folder.Read("image_layer1.png"),
            EncodePng(3, 6, std::vector<std::uint8_t>(pixels.begin(), pixels.end())));
  EXPECT_THAT(folder.Read("image.svg"), HasSubstr("</svg>"));
}

TEST(RasterLayer, AWholeImageHasNone) {
  Figure figure;
  figure.name = "image";
  Panel panel{.title = "t"};
  panel.image = Image{.rows = 30, .cols = 40, .values = std::vector<float>(1200, 0.5F)};
  panel.colour_bar = ColourBar{.label = "value", .lower = 0, .upper = 1};
  figure.panels = {panel};
  EXPECT_THAT(ScriptOf(figure), Not(HasSubstr("layer")));
}

}  // namespace
}  // namespace zipflens
