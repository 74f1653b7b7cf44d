#include "zipflens/study/control_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace zipflens {

std::string ReplicationSentence(const Study& study) {
  std::size_t num_compared = 0;
  std::size_t num_agreeing = 0;
  const Replication* worst = nullptr;
  for (const Replication& row : study.replication) {
    const bool is_shown = row.head == -1 && row.counts == study.info.counts_source() &&
                          !std::isnan(row.even) && !std::isnan(row.odd);
    if (!is_shown) continue;
    ++num_compared;
    num_agreeing += (row.even > 0) == (row.odd > 0) ? 1 : 0;
    const bool is_worse =
        worst == nullptr || std::abs(row.even - row.odd) > std::abs(worst->even - worst->odd);
    if (is_worse) worst = &row;
  }
  if (worst == nullptr) return "";
  return fmt::format(
      "Replication: in two halves of the documents, {} of {} correlations have the same sign; the "
      "halves differ most in {} of layer {} ({:.3f} and {:.3f}).",
      num_agreeing, num_compared, MeasureName(worst->measure), worst->layer, worst->even,
      worst->odd);
}

std::vector<std::string> ReliabilitySentences(const Study& study) {
  std::vector<std::string> sentences;
  for (const ReliabilityRow& row : study.reliability) {
    if (std::isnan(row.estimate)) continue;
    sentences.push_back(fmt::format(
        "Reliability of log-proportions (counts: {}): r = {:.3f} between two halves of the counted "
        "documents over {} token types, {:.3f} for the whole by Spearman and Brown; {} types occur "
        "in "
        "one half only.",
        CountSourceName(row.counts), row.estimate, row.n, row.stepped_up, row.in_one_half));
  }
  return sentences;
}

std::string BatchSentence(const StudyInfo& info) {
  const std::string positions =
      info.options.skip_positions == 0
          ? "Position 0 is in the statistics of scores, and not in those of norms, as in the "
            "notebook"
          : fmt::format("Positions below {} are in no statistic", info.options.skip_positions);
  return fmt::format("The batch holds {} and no [CLS] or [SEP]. {}.",
                     info.options.batch_choice == BatchChoice::kFirst
                         ? "the first tokens of the first long documents"
                         : "a random stretch of random documents",
                     positions);
}

std::string NullSentence(const Study& study) {
  std::size_t num_tested = 0;
  std::size_t num_below = 0;
  for (const NullTest& row : study.null_tests) {
    if (row.sequence != -1) continue;
    num_tested += std::isnan(row.p) ? 0 : 1;
    num_below += row.p < kSignificanceLevel ? 1 : 0;
  }
  if (num_tested == 0) return "";
  return fmt::format(
      "Null hypothesis: {} of {} correlations are farther from 0 than in nearly all of {} draws "
      "(p < 0.05; see null_tests.parquet).",
      num_below, num_tested, study.info.options.num_null_draws);
}

}  // namespace zipflens
