// The page: complete, self-contained, safe with any name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <regex>

#include "../figures/test_folder.h"
#include "small_study.h"
#include "synthetic_study.h"
#include "zipflens/base/atomic_output.h"
#include "zipflens/base/base64.h"
#include "zipflens/report/html.h"
#include "zipflens/report/report.h"

namespace zipflens {
namespace {

using testing::HasSubstr;
using testing::Not;

SyntheticShape SmallShape() {
  SyntheticShape shape;
  shape.vocab_size = 3000;
  shape.num_sequences = 3;
  shape.sequence_length = 32;
  return shape;
}

/// A folder with a stand-in for every picture.
class ReportPageTest : public testing::Test {
 protected:
  std::string Page() {
    const auto figures = MakeFigures(study_, {});
    for (const Figure& figure : figures) {
      WriteFileOrThrow(folder_.path() / (figure.name + ".svg"), "<svg>" + figure.name + "</svg>");
    }
    return MakeReportPage(study_, figures, folder_.path());
  }

  TestFolder folder_;
  Study study_ = MakeSyntheticStudy(SmallShape());
};

TEST_F(ReportPageTest, ShowsEveryFigureWithItsCaptionAsAlternative) {
  const std::string page = Page();
  for (const Figure& figure : MakeFigures(study_, {})) {
    EXPECT_THAT(page, HasSubstr("<figure id=\"" + figure.name + "\""));
    EXPECT_THAT(page, HasSubstr("alt=\"" + EscapedHtml(figure.caption) + "\""));
    EXPECT_THAT(page, HasSubstr("src=\"data:image/svg+xml;base64," +
                                EncodeBase64("<svg>" + figure.name + "</svg>") + "\""));
  }
}

TEST_F(ReportPageTest, LoadsNothingFromOutside) {
  const std::string page = Page();
  const std::regex source("(src|href|action|poster|srcset|data)\\s*=\\s*[\"']?([^\"'\\s>]*)");
  for (auto it = std::sregex_iterator(page.begin(), page.end(), source);
       it != std::sregex_iterator(); ++it) {
    EXPECT_TRUE((*it)[2].str().starts_with("data:")) << (*it)[0].str().substr(0, 80);
  }
  for (const char* word : {"http:", "https:", "file:", "url(", "@import", "<script", "<link"}) {
    EXPECT_THAT(page, Not(HasSubstr(word)));
  }
}

TEST_F(ReportPageTest, EscapesEveryName) {
  study_.info.options.model = "<script>alert('m')</script>";
  study_.info.options.corpus = {"\"><img src=x onerror=alert(1)>"};
  study_.info.warnings = {"<i>warned</i>"};
  study_.tokens.assign(study_.tokens.size(), "<b>&\"");
  const std::string page = Page();
  for (const char* raw : {"<script", "<img src=x", "<i>warned", "<b>&\""}) {
    EXPECT_THAT(page, Not(HasSubstr(raw)));
  }
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;m&#39;)&lt;/script&gt;"));
  EXPECT_THAT(page, HasSubstr("&lt;i&gt;warned&lt;/i&gt;"));
  EXPECT_THAT(page, HasSubstr("<code>&lt;b&gt;&amp;&quot;</code>"));
}

TEST_F(ReportPageTest, GivesTheNumbersOfEveryLayer) {
  for (Correlation& row : study_.correlations) {
    if (row.sequence != -1 || row.layer != 4) continue;
    row.estimate = row.measure == Measure::kLogNorm   ? 0.1234
                   : row.measure == Measure::kBinMean ? -0.5678
                                                      : 0.9;
  }
  // n: 3 sequences of 31 positions, of which one holds a token that was never counted.
  EXPECT_THAT(Page(), HasSubstr("<tr><td>4</td><td>0.123</td><td>92</td><td>\u22120.568</td>"
                                "<td>0.900</td><td>40</td></tr>"));
}

TEST_F(ReportPageTest, SaysHowMuchToBelieve) {
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("half of them are above 0.79 in size"));
  EXPECT_THAT(page, HasSubstr("reject in 79 to 97&nbsp;%"));
}

TEST_F(ReportPageTest, SetsTheEvidenceBesideTheNotebooksNumbers) {
  for (Correlation& row : study_.correlations) {
    if (row.sequence != -1 || row.layer != 4) continue;
    if (row.measure == Measure::kBinMean) row.estimate = 0.956;
    if (row.measure == Measure::kPair) row.estimate = -0.0123;
    if (row.measure != Measure::kTypeColumnScore) continue;
    row.estimate = 0.021, row.lower = -0.012, row.upper = 0.061, row.q = 0.4321;
  }
  for (Explained& row : study_.explained) {
    row.estimate = row.layer == 4 && row.head == 9  ? 0.25
                   : row.layer == 4 && row.head < 0 ? 0.106
                                                    : 0.01;
    if (row.response == Response::kRowCentredScore) row.estimate /= 2;
    row.lower = row.estimate - 0.004, row.upper = row.estimate + 0.005;
  }
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("<td>0.956</td><td>\u22120.012</td>"));
  EXPECT_THAT(page,
              HasSubstr("<td>0.021 [\u22120.01, 0.06], q = 0.432</td>"
                        "<td>10.6\u00a0% [10.2, 11.1]</td><td>5.3\u00a0% [4.9, 5.8]</td></tr>"));
  EXPECT_THAT(page,
              HasSubstr("(mean over heads), at most 10.6\u00a0% [10.2, 11.1] (layer 4), and in "
                        "single heads at most 25.0\u00a0% [24.6, 25.5] (layer 4, head 9) goes "
                        "along with frequency"));
  EXPECT_THAT(page, HasSubstr("Of what softmax sees of them, at most 5.3\u00a0%"));
  EXPECT_THAT(page, HasSubstr("types as query (softmax removes it)"));
  EXPECT_THAT(page, HasSubstr("None of this shows a cause"));
  std::erase_if(study_.correlations, [](const Correlation& row) {
    return MeasureName(row.measure).starts_with("type_");
  });
  EXPECT_THAT(Page(), Not(HasSubstr("id=\"evidence\"")));
}

TEST_F(ReportPageTest, SaysWhatWasLeftOutAndWarnedOf) {
  study_.info.left_out_tokens = 7;
  study_.info.merged_sequences = {0, 2};
  study_.info.warnings = {"the corpus ends before the target"};
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("Left out: 7 of 96 batch tokens"));
  EXPECT_THAT(page, HasSubstr("Sequences with merged bins: 0, 2."));
  EXPECT_THAT(page, HasSubstr("<li>the corpus ends before the target</li>"));
}

TEST_F(ReportPageTest, ListsTheMostFrequentTokensTiesByLowerId) {
  study_.counts.assign(study_.counts.size(), 0);
  study_.counts[30] = study_.counts[20] = 5;
  study_.counts[7] = 9;
  const std::string page = Page();
  const std::size_t first = page.find("<code>token7</code>");
  const std::size_t second = page.find("<code>token20</code>");
  const std::size_t third = page.find("<code>token30</code>");
  ASSERT_NE(third, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_THAT(page, Not(HasSubstr("<code>token0</code>"))) << "a token that was never counted";
}

TEST_F(ReportPageTest, ElementsAreClosedInOrder) {
  const std::string page = Page();
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-z][a-z0-9]*)[^>]*>");
  for (auto it = std::sregex_iterator(page.begin(), page.end(), tag); it != std::sregex_iterator();
       ++it) {
    const std::string name = (*it)[2];
    if (name == "meta" || name == "img") continue;
    if ((*it)[1] == "") {
      open.push_back(name);
      continue;
    }
    ASSERT_FALSE(open.empty()) << name;
    EXPECT_EQ(open.back(), name);
    open.pop_back();
  }
  EXPECT_TRUE(open.empty());
}

TEST_F(ReportPageTest, SaysWhyAFigureWasNotDrawn) {
  const NotDrawn not_drawn = {{"part6", "no <font>"}, {"types", "no <font>"}};
  const std::string page =
      MakeReportPage(study_, MakeFigures(study_, {}), folder_.path(), not_drawn);
  EXPECT_THAT(page, HasSubstr("2 figures were not drawn (part6, types): no &lt;font&gt;"));
  const std::size_t place = page.find("<figure id=\"part6\"");
  ASSERT_NE(place, std::string::npos);
  EXPECT_THAT(page.substr(place, 400), HasSubstr("was not drawn.</strong> no &lt;font&gt;"));
}

TEST(MakeReportPage, ShowsPngWhereThereIsNoSvgAndSaysWhereThereIsNeither) {
  const TestFolder folder;
  const Study study = MakeSyntheticStudy(SmallShape());
  const auto figures = MakeFigures(study, {});
  WriteFileOrThrow(folder.path() / "part1.png", "picture");
  const std::string page = MakeReportPage(study, figures, folder.path());
  EXPECT_THAT(page, HasSubstr("src=\"data:image/png;base64," + EncodeBase64("picture") + "\""));
  EXPECT_THAT(page, HasSubstr("drawn neither as SVG nor as PNG"));
}

}  // namespace
}  // namespace zipflens
