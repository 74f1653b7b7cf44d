// What WriteFigures leaves in a folder, and what it says when it cannot.
#include "zipflens/figures/figure_writer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <sstream>
#include <stdexcept>

#include "test_folder.h"
#include "tests/figures/write_figures.h"
#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/figures/figure_layout.h"
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
  EXPECT_THAT(folder.Read("small.csv"), HasSubstr("line, joined"));
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
              HasSubstr("it's &lt;b&gt;&amp;amp; \"q\" _^{}@~\\n\\ %s `id` $x #1 \u00e9 line two"));
  EXPECT_THAT(svg, HasSubstr("<desc>it's &lt;b&gt;&amp;amp;"));
  EXPECT_THAT(svg, HasSubstr("width=\"85mm\""));
  EXPECT_THAT(svg, HasSubstr("Liberation Sans,Arial,Helvetica"));
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

TEST(WriteFigures, CsvHasTenDigitsOfAnyNumber) {
  std::mt19937_64 random(5);
  Series series;
  for (int i = 0; i < 200'000; ++i) {
    const double mantissa = std::uniform_real_distribution<double>(-10, 10)(random);
    const double value = mantissa * std::pow(10, static_cast<int>(random() % 24) - 12);
    // Few digits, halves of the last digit and whole numbers are as frequent as others.
    const double rounded =
        std::strtod(fmt::format("{:.{}g}", value, random() % 14 + 1).c_str(), nullptr);
    series.x.push_back(i % 2 == 0 ? value : rounded);
    series.y.push_back(std::round(rounded));
  }
  for (const double value :
       {0.0, -0.0, 1e9, 999999999.95, 0.00099999999995, 1e-3, 9.9999999995, 1e300, 5e-324}) {
    series.x.push_back(value);
    series.y.push_back(-value);
  }
  const TestFolder folder;
  Figure figure = SmallFigure("numbers");
  figure.panels[0].series = {series};
  WriteFigures({figure}, folder.path(), {.formats = {}}, nullptr);
  const auto lines = Lines(folder.Read("numbers.csv"));
  ASSERT_EQ(lines.size(), series.x.size() + 1);
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    ASSERT_EQ(lines[i + 1], fmt::format("A,,{:.10g},{:.10g},,", series.x[i], series.y[i]));
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
  ::usleep(1'100'000);  // dates would count seconds
  WriteFigures(figures, second.path(), {.num_threads = 3}, nullptr);
  std::size_t num_files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(first.path())) {
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(first.Read(name), second.Read(name)) << name;
    ++num_files;
  }
  EXPECT_EQ(num_files, 3U * 5);
}

TEST(WriteFigures, DenseScattersStayUnderAMegabyteInEveryFormat) {
  const TestFolder folder;
  Figure figure = DenseFigure(100'000);
  figure.width_mm = 180;
  figure.height_mm = 70;
  WriteFigures({figure}, folder.path(), {}, nullptr);
  for (const char* name : {"dense.svg", "dense.pdf", "dense.png"}) {
    EXPECT_GT(std::filesystem::file_size(folder.path() / name), 10'000U) << name;
    EXPECT_LT(std::filesystem::file_size(folder.path() / name), 1'000'000U) << name;
  }
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

TEST(WriteFigures, OneFigureThatFailsDoesNotStopTheOthers) {
  const TestFolder folder;
  std::filesystem::create_directories(folder.path() / "c.pdf" / "in-the-way");
  const std::vector<FigureMaker> makers = {
      {"a", [] { return SmallFigure("a"); }},
      {"b", []() -> Figure { throw std::out_of_range("vector::at"); }},
      {"c", [] { return SmallFigure("c"); }},
      {"d", []() -> Figure { throw std::bad_alloc(); }}};
  const auto written = WriteFigures(makers, folder.path(), {}, nullptr);
  ASSERT_EQ(written.size(), 4U);
  EXPECT_EQ(written[0].not_drawn, "");
  EXPECT_THAT(folder.Read("a.svg"), HasSubstr("</svg>"));
  EXPECT_EQ(written[1].figure.name, "b");
  EXPECT_THAT(written[1].not_drawn, HasSubstr("vector::at"));
  EXPECT_THAT(written[2].not_drawn, testing::StartsWith("c.pdf: "));
  EXPECT_EQ(written[2].figure.caption, kAwkward);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "c.svg"));
  EXPECT_EQ(written[3].not_drawn, "out of memory");
}

TEST(WriteFigures, AFullDiskIsNamedAndLeavesNoPicture) {
  const TestFolder folder;
  std::filesystem::create_symlink("/dev/full", folder.path() / "f.csv");
  EXPECT_THAT(MessageOf([&] { WriteFigures({SmallFigure("f")}, folder.path(), {}, nullptr); }),
              testing::AllOf(HasSubstr("f.csv"), HasSubstr("No space left")));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "f.svg"));
}

TEST(WriteFigures, AnInterruptionRemovesThePicturesOfItsFigure) {
  const TestFolder folder;
  StopFlag flag;
  const StopScope scope(&flag);
  const std::vector<FigureMaker> makers = {{"f", [&] {
                                              flag.Request();
                                              return SmallFigure("f");
                                            }}};
  WriteFileOrThrow(folder.path() / "f.svg", "<svg></svg>");  // of an earlier run
  EXPECT_THROW(WriteFigures(makers, folder.path(), {}, nullptr), InterruptedError);
  for (const char* name : {"f.svg", "f.pdf", "f.png"}) {
    EXPECT_FALSE(std::filesystem::exists(folder.path() / name)) << name;
  }
}

TEST(WriteFigures, AnyTokenIsALabel) {
  std::vector<std::string> tokens = {"",
                                     "''",
                                     "'a",
                                     "a'",
                                     "\\",
                                     "\\n",
                                     "{}",
                                     "@x",
                                     "~",
                                     "%d%s",
                                     "`id`",
                                     "$1",
                                     "\x01",
                                     "\x7f",
                                     "\u0085",
                                     "\u202e",
                                     "\uffff",
                                     "\u6f22\u5b57",
                                     "\U0001F600",
                                     "\xff",
                                     "a\nb",
                                     "##'",
                                     "'}",
                                     "\"'",
                                     "it's",
                                     "</script>",
                                     "</text><script>",
                                     "\u0627\u0644\u0639",
                                     "\u0939\u093f\u0928",
                                     "]]>",
                                     "\u200f\u05d0b"};
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
      shown += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
    }
    EXPECT_THAT(svg, HasSubstr(">" + shown + "</text>")) << token;
  }
}

TEST(WriteFigures, TextOfAnyLengthIsCutToItsPlace) {
  const TestFolder folder;
  Figure figure = SmallFigure("long");
  const std::string endless(10'000, 'm');
  figure.footnote = figure.panels[0].title = endless;
  figure.panels[0].series[2].point_labels = {endless, "short"};
  figure.warnings = {endless};
  WriteFigures({figure}, folder.path(), {}, nullptr);
  const std::string svg = folder.Read("long.svg");
  EXPECT_EQ(svg.find(std::string(200, 'm')), std::string::npos);
  EXPECT_THAT(svg, HasSubstr("m\u2026</text>"));
  EXPECT_THAT(svg, HasSubstr(">short</text>"));
}

TEST(WriteFigures, TextHasTheExtentsThatTheLayoutReckonedWith) {
  const TestFolder folder;
  Figure figure{.name = "f", .width_mm = 100, .height_mm = 40};
  const std::string text = "a remark of some width, \u6f22\u5b57";
  figure.panels = {{.remark = text}};
  WriteFigures({figure}, folder.path(), {.png_dots_per_inch = 254}, nullptr);
  cairo_surface_t* png = cairo_image_surface_create_from_png((folder.path() / "f.png").c_str());
  ASSERT_EQ(cairo_image_surface_get_width(png), 1000);
  const Box plot = LayOut(figure).panels[0].plot;
  const auto row = [&](double y) { return static_cast<int>((40 - y) * 10); };
  int first = 1000;
  int last = 0;
  for (int y = row(plot.top() - 0.5); y < row(plot.top() - 4); ++y) {
    const auto* pixels = reinterpret_cast<const std::uint32_t*>(
        cairo_image_surface_get_data(png) + y * cairo_image_surface_get_stride(png));
    for (int x = static_cast<int>(plot.left * 10) + 5; x < 1000; ++x) {
      if ((pixels[x] & 0xFF) > 0x80) continue;
      first = std::min(first, x);
      last = std::max(last, x);
    }
  }
  cairo_surface_destroy(png);
  EXPECT_NEAR(last / 10.0, plot.right() - 1, 0.4);
  EXPECT_NEAR((last - first) / 10.0, TextWidth(text, kSmallPoints), 0.6);
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

}  // namespace
}  // namespace zipflens
