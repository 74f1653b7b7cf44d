#include "zipflens/report/evidence_section.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "zipflens/figures/ticks.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/html.h"

namespace zipflens {
namespace {

struct Column {
  Measure measure;
  const char* heading;
  bool is_tested;  // has intervals and q
};
constexpr Column kColumns[] = {{Measure::kLogNorm, "norms: tokens (part 4)", false},
                               {Measure::kTypeLogNorm, "norms: types", true},
                               {Measure::kBinMean, "scores: bin means (part 6)", false},
                               {Measure::kPair, "scores: pairs", false},
                               {Measure::kPairRowCentred, "scores: pairs, row-centred", false},
                               {Measure::kTypeRowScore, "scores: types as query", true},
                               {Measure::kTypeColumnScore, "scores: types as key", true}};

std::string Cell(const Correlation& row, bool is_tested) {
  std::string text = NumberText(row.estimate, 3);
  if (!is_tested) return text;
  if (std::isfinite(row.lower) && std::isfinite(row.upper)) {
    text += fmt::format(" [{}, {}]", NumberText(row.lower, 2), NumberText(row.upper, 2));
  }
  if (std::isfinite(row.q)) {
    text += row.q < 0.001 ? ", q &lt; 0.001" : ", q = " + NumberText(row.q, 3);
  }
  return text;
}

using ByLayer = std::map<int, std::map<Measure, Correlation>>;

std::string Table(const ByLayer& rows) {
  std::string out = "<div class=\"wide\"><table>\n<thead><tr><th>layer</th>";
  for (const Column& column : kColumns) out += fmt::format("<th>{}</th>", column.heading);
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& [layer, measures] : rows) {
    out += fmt::format("<tr><td>{}</td>", layer);
    for (const Column& column : kColumns) {
      const auto found = measures.find(column.measure);
      out +=
          fmt::format("<td>{}</td>",
                      found == measures.end() ? "\u2013" : Cell(found->second, column.is_tested));
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

/// A list item such as "Scores of types as keys: significant (q < 0.05) in 4 of 6 layers."
std::string TestedSentence(const Study& result, Measure measure, const char* what) {
  std::size_t num_tested = 0;
  std::size_t num_below = 0;
  for (const Correlation& row : result.ByLayer(measure)) {
    num_tested += std::isnan(row.q) ? 0 : 1;
    num_below += row.q < kSignificanceLevel ? 1 : 0;
  }
  if (num_tested == 0) return "";
  return fmt::format("<li>{}: significant (q &lt; 0.05) in {} of {}.</li>\n", what, num_below,
                     Counted(num_tested, "layer"));
}

std::string Words(const Study& result) {
  std::string out =
      "<p>The columns of types have one point per token type, so that a type counts once however "
      "often it occurs. Their p comes from permuting the log-proportions over the types, and q is "
      "p adjusted over the layers of a column (Benjamini and Hochberg). Their 95&nbsp;% intervals "
      "come from resampling types. r over pairs has the spread of single pairs, which the bins of "
      "part 6 average away; its square is the share of the variance of single scores that goes "
      "along with frequency.</p>\n<ul>\n";
  out += TestedSentence(result, Measure::kTypeLogNorm, "Norms of the attention output");
  out += TestedSentence(result, Measure::kTypeRowScore, "Scores of types as queries");
  out += TestedSentence(result, Measure::kTypeColumnScore, "Scores of types as keys");
  double largest = std::numeric_limits<double>::quiet_NaN();
  for (const Correlation& row : result.ByLayer(Measure::kPair)) {
    if (std::isfinite(row.estimate)) largest = std::fmax(largest, std::abs(row.estimate));
  }
  if (std::isfinite(largest)) {
    out += fmt::format(
        "<li>Over single pairs, at most {}\u00a0% of the variance of scores goes along with "
        "frequency in any layer.</li>\n",
        NumberText(100 * largest * largest, 1));
  }
  if (result.null_study != nullptr) {
    out += fmt::format("<li>Grey in the figures: the same under a null hypothesis, {}.</li>\n",
                       EscapedHtml(NullText(result.null_study->info.null_kind)));
  }
  return out +
         "<li>None of this shows a cause: frequent types differ from rare ones also in word class, "
         "position and length.</li>\n</ul>\n";
}

}  // namespace

std::string EvidenceSection(const Study& result) {
  ByLayer rows;
  bool is_evidence = false;
  for (const Column& column : kColumns) {
    for (const Correlation& row : result.ByLayer(column.measure)) {
      rows[row.layer][column.measure] = row;
      is_evidence = is_evidence || column.is_tested;
    }
  }
  if (!is_evidence) return "";
  return "<h2 id=\"evidence\">What the numbers allow to conclude</h2>\n" + Words(result) +
         Table(rows);
}

}  // namespace zipflens
