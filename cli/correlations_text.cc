// CorrelationsText: the notebook's correlations by layer, and beside each the one over token types.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "cli/help_text.h"
#include "cli/study_text.h"
#include "zipflens/study/control_summary.h"
#include "zipflens/study/study_rows.h"
#include "zipflens/study/undefined_reasons.h"

namespace zipflens::cli {
namespace {

std::string Number(double value) {
  return std::isnan(value) ? "   n/a" : fmt::format("{:6.3f}", value);
}

/// The numbers of a study by one source of frequency, as text.
class NumbersOf {
 public:
  NumbersOf(const Study& result, CountSource counts) : result_(result), counts_(counts) {}

  std::string Estimate(Measure measure, int layer) const {
    const Correlation* row = FindCorrelation(result_.correlations, counts_, measure, layer);
    return row == nullptr ? Number(kNoValue) : Number(row->estimate);
  }

  // " 0.123 [-0.012,  0.234]*"; the star says that r is significant.
  std::string WithInterval(Measure measure, int layer) const {
    const Correlation* row = FindCorrelation(result_.correlations, counts_, measure, layer);
    if (row == nullptr || std::isnan(row->lower)) return Estimate(measure, layer);
    return fmt::format("{} [{}, {}]{}", Number(row->estimate), Number(row->lower),
                       Number(row->upper), IsSignificant(*row) ? "*" : " ");
  }

  // "12.3 % [11.9, 12.8]  34.5 % (head 7)": the mean over heads, and the largest single head.
  std::string Explained(Response response, int layer) const {
    const auto* mean = ExplainedInLayer(result_, counts_, response, layer);
    const auto* head = LargestExplainedHead(result_, counts_, response, layer);
    std::string text = mean == nullptr ? "   n/a" : fmt::format("{:4.1f} %", 100 * mean->estimate);
    if (mean != nullptr && !std::isnan(mean->lower)) {
      text += fmt::format(" [{:4.1f}, {:4.1f}]", 100 * mean->lower, 100 * mean->upper);
    }
    if (head == nullptr) return text;
    return fmt::format("{:<20} {:4.1f} % (head {})", text, 100 * head->estimate, head->head);
  }

 private:
  const Study& result_;
  CountSource counts_;
};

std::string WithoutTrailingSpaces(const std::string& text) {
  std::string trimmed;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    trimmed += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    begin = end + 1;
  }
  return trimmed;
}

std::string LayerTable(const Study& result, CountSource counts) {
  const NumbersOf numbers(result, counts);
  std::string text = fmt::format(
      "  log norm of attention outputs\n"
      "  layer  part 4    one point per token type\n");
  for (const int layer : result.info.options.layers) {
    text += fmt::format("  {:>5}  {}    {}\n", layer, numbers.Estimate(Measure::kLogNorm, layer),
                        numbers.WithInterval(Measure::kTypeLogNorm, layer));
  }
  text += fmt::format(
      "  attention scores\n"
      "         part 6, {:<26}one point per token type: its mean score\n"
      "  layer  mean    std      all pairs   as a query, which softmax    as a key\n"
      "                                      removes\n",
      fmt::format("{} bins", result.info.options.num_bins));
  for (const int layer : result.info.options.layers) {
    text += fmt::format(
        "  {:>5}  {}  {}   {}      {:<27}  {}\n", layer, numbers.Estimate(Measure::kBinMean, layer),
        numbers.Estimate(Measure::kBinStd, layer), numbers.Estimate(Measure::kPair, layer),
        numbers.WithInterval(Measure::kTypeRowScore, layer),
        numbers.WithInterval(Measure::kTypeColumnScore, layer));
  }
  text += fmt::format(
      "  share of the variance of single scores that goes along with frequency\n"
      "         {0:<39}{1}\n"
      "  layer  {2:<21}{3:<18}{2:<21}{3}\n",
      "scores", "what softmax sees", "mean over heads", "largest head");
  for (const int layer : result.info.options.layers) {
    text += fmt::format("  {:>5}  {:<37}  {}\n", layer, numbers.Explained(Response::kScore, layer),
                        numbers.Explained(Response::kRowCentredScore, layer));
  }
  return WithoutTrailingSpaces(text);
}

std::string Paragraph(const std::string& text) {
  return Wrapped(text, /*indent=*/0, /*length=*/88) + "\n";
}

}  // namespace

std::string CorrelationsText(const Study& result) {
  const StudyInfo& info = result.info;
  const std::string heading = "Pearson r with token log-proportion, by layer";
  const bool elsewhere = info.counts_source() != CountSource::kCorpus;
  // Which entries of a table are n/a, and why.
  const auto undefined = [](const Study& of, CountSource counts,
                            std::span<const double> log_proportions) {
    std::string lines;
    for (const std::string& reason :
         UndefinedReasons(of.info, of.correlations, counts, log_proportions)) {
      lines += "  " + reason + "\n";
    }
    return lines;
  };
  std::string text =
      Paragraph(fmt::format("Batch: {} sequences of {} tokens. {}", info.num_sequences,
                            info.sequence_length, BatchSentence(info)));
  text += elsewhere ? fmt::format("{}, counts from {}:\n", heading, info.counts_name())
                    : heading + ":\n";
  text += LayerTable(result, info.counts_source());
  text += undefined(result, info.counts_source(), result.log_proportions);
  if (elsewhere) {
    text += "The same by the corpus's own counts:\n" + LayerTable(result, CountSource::kCorpus);
    text += undefined(result, CountSource::kCorpus, {});
  }
  if (result.null_study != nullptr) {
    text += fmt::format("The same under the null hypothesis {}:\n",
                        NullKindName(result.null_study->info.null_kind));
    text += LayerTable(*result.null_study, result.null_study->info.counts_source());
    text += undefined(*result.null_study, result.null_study->info.counts_source(),
                      result.null_study->log_proportions);
  }
  for (const std::string& sentence : {ReplicationSentence(result), NullSentence(result)}) {
    if (!sentence.empty()) text += Paragraph(sentence);
  }
  for (const std::string& sentence : ReliabilitySentences(result)) text += Paragraph(sentence);
  text +=
      "Part 6 correlates means of bins. Its r says how straight the profile is, not how strong\n"
      "the relation is over single pairs of tokens. Brackets hold 95 % intervals. A * marks a\n"
      "significant r: its interval leaves out 0, and q of a permutation test, adjusted over the\n"
      "layers, is below 0.05. Softmax sees each score minus the mean of its row. A share of "
      "variance\n"
      "is R^2 of a least-squares fit on the log-proportions of query and key and their product.\n";
  return text;
}

}  // namespace zipflens::cli
