// What WriteFigures leaves in a folder, and what it says when it cannot.
#include "zipflens/figures/figure_writer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "test_folder.h"
#include "tests/figures/write_figures.h"
#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/figures/gnuplot_script.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

using testing::HasSubstr;

const char* const kAwkward = "it's <b>&amp; \"q\" _^{}@~\\n\\ %s `id` $x #1 \u00e9\nline two";

Figure SmallFigure(const std::string& name) {
  Figure figure;
  figure.name = name;
  figure.width_mm = 85;
  figure.footnote = kAwkward;
  figure.caption = kAwkward;
  Panel panel{.letter = "A", .title = kAwkward, .x = {.label = "x"}, .y = {.label = "y"}};
  panel.legend = true;
  panel.series = {
      {.name = kAwkward, .x = {0, 1, 2}, .y = {0.5, NAN, -0.25}},
      {.name = "band", .mark = Mark::kBand, .x = {0, 2}, .lower = {-1, 0}, .upper = {0, 1}},
      {.name = "line, joined", .mark = Mark::kLinePoints, .x = {0, 2}, .y = {1, 1.0 / 3}}};
  figure.panels = {panel};
  return figure;
}

/// More points than a vector format bears, some of them NaN.
Figure DenseFigure(int num_points) {
  Figure figure = SmallFigure("dense");
  Series points{.name = "points"};
  for (int i = 0; i < num_points; ++i) {
    points.x.push_back(i % 1000 == 7 ? NAN : std::sin(0.37 * i) + 0.001 * i);
    points.y.push_back(std::cos(1.7 * i));
  }
  points.size = 0.3;
  points.opacity = 0.3;
  figure.panels[0].series = {points};
  return figure;
}

Figure ImageFigure(std::size_t rows, std::size_t cols) {
  Figure figure = SmallFigure("image");
  Image image{.rows = rows, .cols = cols, .values = {}};
  for (std::size_t i = 0; i < rows * cols; ++i) image.values.push_back(static_cast<float>(i) / 7);
  image.values.back() = NAN;
  figure.panels[0].series.clear();
  figure.panels[0].image = image;
  figure.panels[0].colour_bar = ColourBar{.label = "value", .lower = 0, .upper = 10};
  return figure;
}

std::vector<std::string> Lines(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string MessageOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const OutputError& error) {
    return error.what();
  }
  return "no OutputError";
}

TEST(WriteFigures, LeavesEveryFormatWithItsSources) {
  const TestFolder folder;
  WriteFigures({SmallFigure("small")}, folder.path(), {}, nullptr);
  EXPECT_THAT(folder.Read("small.svg"), HasSubstr("</svg>"));
  EXPECT_THAT(folder.Read("small.pdf"), HasSubstr("%%EOF"));
  EXPECT_THAT(folder.Read("small.png"), HasSubstr("IEND"));
  EXPECT_EQ(folder.Read("small.txt"), std::string(kAwkward) + "\n");
  EXPECT_THAT(folder.Read("small.gp"), HasSubstr("small.csv"));
}

TEST(WriteFigures, DrawsOnlyTheFormatsAskedFor) {
  const TestFolder folder;
  WriteFigures({SmallFigure("small")}, folder.path(), {.formats = {FigureFormat::kSvg}}, nullptr);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "small.svg"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "small.pdf"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "small.png"));
}

TEST(WriteFigures, SvgShowsAwkwardTextAsItIs) {
  const TestFolder folder;
  WriteFigures({SmallFigure("small")}, folder.path(), {.formats = {FigureFormat::kSvg}}, nullptr);
  const std::string svg = folder.Read("small.svg");
  EXPECT_THAT(svg,
              HasSubstr("it's &lt;b>&amp;amp; \"q\" _^{}@~\\n\\ %s `id` $x #1 \u00e9 line two"));
  EXPECT_THAT(svg, HasSubstr("<desc>it's &lt;b&gt;&amp;amp;"));
  EXPECT_THAT(svg, HasSubstr("width=\"85mm\""));
  EXPECT_THAT(svg, HasSubstr("Arial,Helvetica"));
}

TEST(WriteFigures, CsvHasEveryPoint) {
  const TestFolder folder;
  const Figure figure = DenseFigure(5000);
  WriteFigures({figure}, folder.path(), {.formats = {}}, nullptr);
  const auto lines = Lines(folder.Read("dense.csv"));
  ASSERT_EQ(lines.size(), 5001U);
  EXPECT_EQ(lines[0], "panel,series,x,y,lower,upper");
  const Series& points = figure.panels[0].series[0];
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    double x = NAN;
    double y = NAN;
    const std::string row = lines[i + 1];
    const int num_read = std::isnan(points.x[i])
                             ? std::sscanf(row.c_str(), "A,points,,%lf,,", &y) + 1
                             : std::sscanf(row.c_str(), "A,points,%lf,%lf,,", &x, &y);
    ASSERT_EQ(num_read, 2) << row;
    if (!std::isnan(points.x[i])) {
      ASSERT_NEAR(x, points.x[i], 1e-9) << row;
    }
    ASSERT_NEAR(y, points.y[i], 1e-9) << row;
  }
}

TEST(WriteFigures, CsvQuotesNamesAndLeavesMissingValuesEmpty) {
  const TestFolder folder;
  WriteFigures({SmallFigure("small")}, folder.path(), {.formats = {}}, nullptr);
  const auto lines = Lines(folder.Read("small.csv"));
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_THAT(lines[2], testing::EndsWith(",1,,,"));
  EXPECT_THAT(lines[1], testing::StartsWith("A,\"it's <b>&amp; \"\"q\"\" _^"));
  EXPECT_EQ(lines[4], "A,band,0,,-1,0");
  EXPECT_EQ(lines[7], "A,\"line, joined\",2,0.3333333333,,");
}

TEST(WriteFigures, ImageCsvIsTheMatrix) {
  const TestFolder folder;
  WriteFigures({ImageFigure(2, 3)}, folder.path(), {.formats = {}}, nullptr);
  EXPECT_EQ(folder.Read("image.csv"),
            "row,0,1,2\n0,0,0.14285715,0.2857143\n1,0.42857143,0.5714286,\n");
}

TEST(WriteFigures, DrawsImagesOfAnyShape) {
  for (const auto& [rows, cols] :
       {std::pair<std::size_t, std::size_t>{2, 3}, {1, 9}, {9, 1}, {1, 1}}) {
    const TestFolder folder;
    WriteFigures({ImageFigure(rows, cols)}, folder.path(), {}, nullptr);
    EXPECT_FALSE(folder.Read("image.png").empty()) << rows << " x " << cols;
  }
}

TEST(WriteFigures, SameFiguresGiveTheSameBytesOnAnyNumberOfThreads) {
  const TestFolder first;
  const TestFolder second;
  const std::vector<Figure> figures = {SmallFigure("small"), DenseFigure(4000),
                                       ImageFigure(30, 40)};
  WriteFigures(figures, first.path(), {.num_threads = 1}, nullptr);
  ::usleep(1'100'000);  // PDF dates count seconds
  WriteFigures(figures, second.path(), {.num_threads = 3}, nullptr);
  std::size_t num_files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(first.path())) {
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(first.Read(name), second.Read(name)) << name;
    ++num_files;
  }
  EXPECT_EQ(num_files, 3U * 6 + 1);  // and one layer of points
}

TEST(WriteFigures, ScriptRedrawsThePictureFromItsFolderAlone) {
  const TestFolder folder;
  WriteFigures({DenseFigure(3000)}, folder.path(), {.formats = {FigureFormat::kPng}}, nullptr);
  const std::string command =
      "cd '" + folder.path().string() +
      "' && rm dense.png && gnuplot dense.gp 2>/dev/null && test -s dense.png"
      " && gnuplot -e 'layers = 0' dense.gp 2>/dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

TEST(WriteFigures, DenseScattersStayUnderAMegabyteInEveryFormat) {
  const TestFolder folder;
  Figure figure = DenseFigure(100'000);
  figure.width_mm = 180;
  figure.height_mm = 70;
  WriteFigures({figure}, folder.path(), {}, nullptr);
  for (const char* name : {"dense.svg", "dense.pdf", "dense.png", "dense_layer1.png"}) {
    EXPECT_GT(std::filesystem::file_size(folder.path() / name), 10'000U) << name;
    EXPECT_LT(std::filesystem::file_size(folder.path() / name), 1'000'000U) << name;
  }
  EXPECT_THAT(folder.Read("dense.gp"), HasSubstr("dense_layerN.png, at 300 dots per inch"));
}

TEST(WriteFigures, DrawsAxesWhereThereIsNothingToShow) {
  const TestFolder folder;
  Figure figure = SmallFigure("empty");
  figure.panels[0].series = {{.name = "nothing", .x = {NAN, NAN}, .y = {NAN, NAN}},
                             {.name = "none"}};
  figure.panels[0].remark = "r is not defined";
  WriteFigures({figure}, folder.path(), {}, nullptr);
  EXPECT_THAT(folder.Read("empty.svg"), HasSubstr("r is not defined"));
}

TEST(WriteFigures, MissingGnuplotNamesThePackage) {
  const TestFolder folder;
  for (const char* gnuplot : {"no-such-gnuplot", "/no/such/gnuplot"}) {
    EXPECT_THAT(MessageOf([&] {
                  WriteFigures({SmallFigure("f")}, folder.path(), {.gnuplot = gnuplot}, nullptr);
                }),
                HasSubstr("gnuplot-nox"));
  }
}

TEST(WriteFigures, FailingGnuplotIsQuoted) {
  const TestFolder folder;
  const auto program = folder.path() / "gnuplot.sh";
  WriteFileOrThrow(program, "#!/bin/sh\necho 'line 7: no palette' >&2\nexit 3\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string message = MessageOf([&] {
    WriteFigures({SmallFigure("f")}, folder.path(), {.gnuplot = program.string()}, nullptr);
  });
  EXPECT_THAT(message, HasSubstr("line 7: no palette"));
  EXPECT_THAT(message, HasSubstr("code 3"));
  EXPECT_THAT(message, HasSubstr("/f: "));
}

/// A stand-in for gnuplot.
std::string FakeGnuplot(const TestFolder& folder, const std::string& script) {
  const auto program = folder.path() / "gnuplot.sh";
  WriteFileOrThrow(program, "#!/bin/sh\n" + script + "\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  return program.string();
}

TEST(WriteFigures, OneFigureThatFailsDoesNotStopTheOthers) {
  const TestFolder folder;
  const std::vector<FigureMaker> makers = {
      {"a", [] { return SmallFigure("a"); }},
      {"b", []() -> Figure { throw std::out_of_range("vector::at"); }},
      {"c", [] { return SmallFigure("c"); }}};
  const std::string gnuplot =
      FakeGnuplot(folder, "case $2 in c.gp) echo 'line 7' >&2; exit 1;; esac; exec gnuplot \"$@\"");
  const auto written = WriteFigures(makers, folder.path(),
                                    {.formats = {FigureFormat::kSvg}, .gnuplot = gnuplot}, nullptr);
  ASSERT_EQ(written.size(), 3U);
  EXPECT_EQ(written[0].not_drawn, "");
  EXPECT_THAT(folder.Read("a.svg"), HasSubstr("</svg>"));
  EXPECT_EQ(written[1].figure.name, "b");
  EXPECT_THAT(written[1].not_drawn, HasSubstr("vector::at"));
  EXPECT_THAT(written[2].not_drawn, HasSubstr("code 1: line 7"));
  EXPECT_EQ(written[2].figure.caption, kAwkward);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "c.svg"));
}

TEST(WriteFigures, AGnuplotThatHangsOrIsKilledIsStoppedAndNamed) {
  const TestFolder folder;
  const std::vector<FigureMaker> makers = {{"a", [] { return SmallFigure("a"); }}};
  for (const auto& [script, reason] :
       {std::pair{"sleep 1000", "took longer than 0.3 s and was stopped"},
        std::pair{"echo hm >&2; sleep 1000 & sleep 1000", "was stopped: hm"},
        std::pair{"kill -9 $$", "was ended by signal 9: it said nothing"},
        std::pair{"sleep 1000 & exit 3", "ended with code 3"}}) {
    const std::string gnuplot = FakeGnuplot(folder, script);
    const auto written = WriteFigures(makers, folder.path(),
                                      {.gnuplot = gnuplot, .seconds_per_figure = 0.3}, nullptr);
    EXPECT_THAT(written[0].not_drawn, HasSubstr(reason)) << script;
  }
}

TEST(WriteFigures, AnyTokenIsALabel) {
  std::vector<std::string> tokens = {
      "",           "''",   "'a",   "a'",   "\\",   "\\n",    "{}",     "@x",     "~",
      "%d%s",       "`id`", "$1",   "\x01", "\x7f", "\u0085", "\u202e", "\uffff", "\u6f22\u5b57",
      "\U0001F600", "\xff", "a\nb", "##'",  "'}",   "\"'",    "it's"};
  for (char c = '!'; c <= '~'; ++c) {
    if (!std::isalnum(static_cast<unsigned char>(c))) tokens.emplace_back(1, c);
  }
  const TestFolder folder;
  Figure figure{.name = "f", .width_mm = 400, .height_mm = 300};
  figure.panels = {{.title = "'", .x = {.label = "'"}, .y = {.label = "''"}}};
  Series named{.name = "'named'"};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    named.x.push_back(static_cast<double>(i % 8));
    named.y.push_back(static_cast<double>(i / 8));
    named.point_labels.push_back(tokens[i]);
  }
  figure.panels[0].series = {named};
  figure.panels[0].legend = true;
  WriteFigures({figure}, folder.path(), {}, nullptr);
  const std::string svg = folder.Read("f.svg");
  for (const std::string& token : tokens) {
    if (OneLine(token).find_first_not_of(' ') == std::string::npos) continue;
    std::string shown;
    for (const char c : OneLine(token)) {
      shown += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    }
    EXPECT_THAT(svg, HasSubstr(">" + shown + "</text>")) << token;
  }
}

TEST(WriteFigures, APictureThatIsNotDrawnIsAnError) {
  const TestFolder folder;
  WriteFileOrThrow(folder.path() / "f.svg", "<svg></svg>");  // of an earlier run
  EXPECT_THAT(MessageOf([&] {
                WriteFigures({SmallFigure("f")}, folder.path(), {.gnuplot = "true"}, nullptr);
              }),
              HasSubstr("f.svg"));
}

TEST(WriteFigures, AFolderThatIsNotThereIsAnError) {
  EXPECT_THAT(MessageOf([] { WriteFigures({SmallFigure("f")}, "/no/such/folder", {}, nullptr); }),
              HasSubstr("/no/such/folder"));
}

TEST(WriteFigures, ReportsEveryFigureInOrder) {
  struct Recorder : ProgressObserver {
    void OnProgress(const ProgressUpdate& update) override {
      seen += fmt::format("{}{}/{} ", update.detail, update.done, update.total);
    }
    void OnMessage(const std::string&) override {}
    std::string seen;
  } recorder;
  const TestFolder folder;
  WriteFigures({SmallFigure("a"), SmallFigure("b")}, folder.path(),
               {.formats = {}, .num_threads = 2}, &recorder);
  EXPECT_EQ(recorder.seen, "a1/2 b2/2 ");
}

TEST(GnuplotString, LetsNoTextOutOfItsQuotes) {
  EXPECT_EQ(GnuplotString("a'b\"c\nd`e"), "\"a\\047b\\042c d\\140e\"");
  // A digit behind a code would be read as a part of it.
  EXPECT_EQ(GnuplotString("$17 7"), "\"\\044\\061\\067 7\"");
}

}  // namespace
}  // namespace zipflens
