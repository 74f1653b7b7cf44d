// On figures of random content, every text is inside the page and covers no other text.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include "zipflens/figures/figure_drawing.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

struct ShownText {
  std::string text;
  Box box;  // from the upper left corner, mm
};

/// The texts of an SVG with the boxes that their letters fill.
std::vector<ShownText> TextsOf(const std::string& svg) {
  static const std::regex element(
      "<text x=\"([-0-9.]+)\" y=\"([-0-9.]+)\" font-size=\"([0-9.]+)\"([^>]*)>([^<]*)</text>");
  std::vector<ShownText> texts;
  for (std::sregex_iterator at(svg.begin(), svg.end(), element), end; at != end; ++at) {
    const std::smatch& match = *at;
    const double size = std::stod(match[3]);
    const std::string style = match[4];
    const bool is_bold = style.find("bold") != std::string::npos;
    const double width = TextWidth(match[5].str(), size / kMillimetresPerPoint, is_bold);
    const bool is_middle = style.find("middle") != std::string::npos;
    const double before = is_middle                                ? width / 2
                          : style.find("end") != std::string::npos ? width
                                                                   : 0;
    const double x = std::stod(match[1]);
    const double y = std::stod(match[2]);
    const double high = 0.7 * size;
    Box box{x - before, y - high, width, high};
    if (style.find("rotate") != std::string::npos) box = {x - high, y - before, high, width};
    texts.push_back({match[5], box});
  }
  return texts;
}

bool Overlap(const Box& a, const Box& b) {
  return a.left < b.right() && b.left < a.right() && a.bottom < b.top() && b.bottom < a.top();
}

class RandomFigures {
 public:
  Figure Next() {
    Figure figure{.name = "f"};
    const std::size_t cols = 1 + Below(3);
    figure.width_mm = cols == 1 && Below(2) == 0 ? 85 : 180;
    figure.grid_cols = cols;
    figure.grid_rows = 1 + Below(2);
    figure.height_mm = 55.0 * static_cast<double>(figure.grid_rows) + Below(30);
    figure.footnote = Text(Below(60));
    for (int i = Below(3); i > 0; --i) figure.warnings.push_back(Text(Below(20)));
    figure.legend = Below(3) == 0;
    for (std::size_t p = 0; p < cols * figure.grid_rows; ++p) {
      figure.panels.push_back(NextPanel(p));
    }
    return figure;
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  double Real() {
    const double mantissa = 2 * std::uniform_real_distribution<double>(0, 1)(random_) - 1;
    return mantissa * std::pow(10, Below(7) - 2);
  }

  std::string Text(int num_words) {
    static const std::vector<std::string> words = {
        "mean", "of", "layer", "\u6f22\u5b57", "r", "scores", "\u0627\u0644", "u =", "\u22120.55"};
    std::string text;
    for (int i = 0; i < num_words; ++i) {
      text += words[static_cast<std::size_t>(Below(static_cast<int>(words.size())))] + " ";
    }
    if (!text.empty()) text.pop_back();
    return text;
  }

  Panel NextPanel(std::size_t number) {
    Panel panel{.title = Text(Below(14)), .x = {.label = Text(Below(4))}, .y = {.label = Text(2)}};
    if (number > 0 || Below(2) == 0) panel.letter = std::string(1, static_cast<char>('A' + number));
    const double scale = Real();
    for (int s = Below(4); s >= 0; --s) {
      Series series{.name = Text(1 + Below(3)), .mark = static_cast<Mark>(Below(8))};
      for (int i = Below(30); i > 0; --i) {
        series.x.push_back(scale * Below(1000));
        series.y.push_back(Real());
        series.lower.push_back(series.y.back() - 1);
        series.upper.push_back(series.y.back() + 1);
        series.point_labels.push_back(Below(3) == 0 ? Text(1) : "");
      }
      series.label_ends = Below(3) == 0;
      series.label_side = static_cast<LabelSide>(Below(3));
      panel.series.push_back(series);
    }
    panel.legend = Below(3) == 0;
    if (Below(4) == 0) {
      panel.colour_bar = ColourBar{.label = Text(2), .lower = -1, .upper = 1 + std::abs(Real())};
    }
    if (Below(4) == 0) panel.remark = Text(3);
    return panel;
  }

  std::mt19937_64 random_{20};
};

TEST(FigureDrawing, NoTextOfARandomFigureLeavesThePageOrCoversAnother) {
  constexpr double kRounding = 0.15;  // mm
  RandomFigures figures;
  std::size_t num_texts = 0;
  for (int round = 0; round < 150; ++round) {
    const Figure figure = figures.Next();
    const std::vector<ShownText> texts =
        TextsOf(FigureDrawing(figure).Draw(FigureFormat::kSvg, 300));
    num_texts += texts.size();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const Box& box = texts[i].box;
      EXPECT_GE(box.left, -kRounding) << round << ": " << texts[i].text;
      EXPECT_GE(box.bottom, -kRounding) << round << ": " << texts[i].text;
      EXPECT_LE(box.right(), figure.width_mm + kRounding) << round << ": " << texts[i].text;
      EXPECT_LE(box.top(), figure.height_mm + kRounding) << round << ": " << texts[i].text;
      for (std::size_t j = 0; j < i; ++j) {
        EXPECT_FALSE(Overlap(box, texts[j].box))
            << round << ": " << texts[i].text << " on " << texts[j].text;
      }
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(num_texts, 5000U);
}

}  // namespace
}  // namespace zipflens
