#include "zipflens/report/evidence_section.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <vector>

#include "zipflens/figures/ticks.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/html.h"
#include "zipflens/study/control_summary.h"
#include "zipflens/study/study_rows.h"

namespace zipflens {
namespace {

struct Column {
  Measure measure;
  const char* heading;
  bool is_tested;  // has intervals and q
};
constexpr Column kColumns[] = {
    {Measure::kLogNorm, "norms: tokens (part 4)", false},
    {Measure::kTypeLogNorm, "norms: types", true},
    {Measure::kBinMean, "scores: bin means (part 6)", false},
    {Measure::kPair, "scores: pairs", false},
    {Measure::kPairRowCentred, "scores: pairs, row-centred", false},
    {Measure::kTypeRowScore, "scores: types as query (softmax removes it)", true},
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

/// "8.0 % [7.1, 8.9]", a share of variance.
std::string ShareText(const Explained* row) {
  if (row == nullptr) return "\u2013";
  std::string text = NumberText(100 * row->estimate, 1) + "\u00a0%";
  if (std::isfinite(row->lower) && std::isfinite(row->upper)) {
    text +=
        fmt::format(" [{}, {}]", NumberText(100 * row->lower, 1), NumberText(100 * row->upper, 1));
  }
  return text;
}

using ByLayer = std::map<int, std::map<Measure, Correlation>>;

std::string Table(const Study& result, const ByLayer& rows) {
  std::string out = "<div class=\"wide\"><table>\n<thead><tr><th>layer</th>";
  for (const Column& column : kColumns) out += fmt::format("<th>{}</th>", column.heading);
  out +=
      "<th>variance of scores that goes along with frequency</th><th>the same of what softmax "
      "sees</th></tr></thead>\n<tbody>\n";
  for (const auto& [layer, measures] : rows) {
    out += fmt::format("<tr><td>{}</td>", layer);
    for (const Column& column : kColumns) {
      const auto found = measures.find(column.measure);
      out +=
          fmt::format("<td>{}</td>",
                      found == measures.end() ? "\u2013" : Cell(found->second, column.is_tested));
    }
    for (const Response response : {Response::kScore, Response::kRowCentredScore}) {
      out += fmt::format("<td>{}</td>", ShareText(ExplainedInLayer(
                                            result, result.info.counts_source(), response, layer)));
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

/// A list item such as "Scores of types as keys: significant in 4 of 6 layers."
std::string TestedSentence(const Study& result, Measure measure, const char* what) {
  std::size_t num_tested = 0;
  std::size_t num_significant = 0;
  for (const Correlation& row : result.ByLayer(measure)) {
    num_tested += std::isnan(row.q) ? 0 : 1;
    num_significant += IsSignificant(row) ? 1 : 0;
  }
  if (num_tested == 0) return "";
  return fmt::format("<li>{}: significant in {} of {}.</li>\n", what, num_significant,
                     Counted(num_tested, "layer"));
}

/// "at most 3.2 % [2.8, 3.7] (layer 4), and in a single head 12.3 % (layer 0, head 7)". Empty if
/// there is none.
std::string LargestShares(const Study& result, Response response) {
  const Explained* mean = nullptr;
  const Explained* head = nullptr;
  const auto keep_larger = [](const Explained*& largest, const Explained* row) {
    if (row != nullptr && (largest == nullptr || row->estimate > largest->estimate)) largest = row;
  };
  for (const int layer : result.info.options.layers) {
    const CountSource counts = result.info.counts_source();
    keep_larger(mean, ExplainedInLayer(result, counts, response, layer));
    keep_larger(head, LargestExplainedHead(result, counts, response, layer));
  }
  if (mean == nullptr) return "";
  std::string text = fmt::format("at most {} (layer {})", ShareText(mean), mean->layer);
  if (head == nullptr) return text;
  return text + fmt::format(", and in single heads at most {} (layer {}, head {})", ShareText(head),
                            head->layer, head->head);
}

std::string Words(const Study& result) {
  std::string out =
      "<p>The columns of types have one point per token type, so that a type counts once however "
      "often it occurs. Their p comes from permuting the log-proportions over the types, and q is "
      "p adjusted over the layers of a column (Benjamini and Hochberg). Their 95&nbsp;% intervals "
      "come from resampling types. An r is significant if its interval leaves out 0 and q &lt; "
      "0.05; "
      "otherwise it cannot be told from zero. r over pairs has the spread of single pairs, which "
      "the "
      "bins of part 6 average away. The share of the variance of single scores is R\u00b2 of a "
      "least-squares fit on the log-proportions of query and key and their product. Softmax sees "
      "each score minus the mean of its row, so it removes whatever is the same for all keys of a "
      "query, such as the mean score of a type as a query.</p>\n<ul>\n";
  out += TestedSentence(result, Measure::kTypeLogNorm, "Norms of the attention output");
  out += TestedSentence(result, Measure::kTypeRowScore,
                        "Scores of types as queries (softmax removes them)");
  out += TestedSentence(result, Measure::kTypeColumnScore, "Scores of types as keys");
  out += TestedSentence(result, Measure::kTypeColumnCentred,
                        "Scores of types as keys, of what softmax sees");
  const std::string of_scores = LargestShares(result, Response::kScore);
  const std::string of_centred = LargestShares(result, Response::kRowCentredScore);
  if (!of_scores.empty()) {
    out += fmt::format(
        "<li>Of the variance of single scores (mean over heads), {} goes along with "
        "frequency.</li>\n",
        of_scores);
  }
  if (!of_centred.empty()) {
    out += fmt::format("<li>Of what softmax sees of them, {} goes along with frequency.</li>\n",
                       of_centred);
  }
  if (result.null_study != nullptr) {
    out += fmt::format("<li>Grey in the figures: the same under a null hypothesis, {}.</li>\n",
                       EscapedHtml(NullText(result.null_study->info.null_kind)));
  }
  std::vector<std::string> sentences = ReliabilitySentences(result);
  sentences.insert(sentences.begin(), {ReplicationSentence(result), NullSentence(result)});
  for (const std::string& sentence : sentences) {
    if (!sentence.empty()) out += "<li>" + EscapedHtml(sentence) + "</li>\n";
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
         Table(result, rows);
}

}  // namespace zipflens
