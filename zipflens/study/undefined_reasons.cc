#include "zipflens/study/undefined_reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace zipflens {
namespace {

struct TitledMeasure {
  Measure measure;
  const char* title;
  bool is_of_norms;  // if so, position 0 takes no part
  bool is_of_bins;
};
constexpr TitledMeasure kMeasures[] = {
    {Measure::kLogNorm, "part 4", true, false},
    {Measure::kTypeLogNorm, "norms by type", true, false},
    {Measure::kBinMean, "part 6 mean", false, true},
    {Measure::kBinStd, "part 6 std", false, true},
    {Measure::kBinMeanRowCentred, "part 6 mean, row-centred", false, true},
    {Measure::kPair, "all pairs", false, false},
    {Measure::kPairRowCentred, "all pairs, row-centred", false, false},
    {Measure::kTypeRowScore, "types as a query", false, false},
    {Measure::kTypeColumnScore, "types as a key", false, false},
    {Measure::kTypeColumnCentred, "types as a key, row-centred", false, false}};

/// Returns the number of different log-proportions that take part: 0, 1, or 2 for two or more.
int NumFrequencies(std::span<const double> log_proportions, std::size_t length,
                   bool without_position_0) {
  double first = kNoValue;
  for (std::size_t i = 0; i < log_proportions.size(); ++i) {
    const double a = log_proportions[i];
    if (std::isnan(a) || (without_position_0 && i % length == 0)) continue;
    if (std::isnan(first)) first = a;
    if (a != first) return 2;
  }
  return std::isnan(first) ? 0 : 1;
}

/// Finds reasons from what is known about the frequencies of a study.
class Reasons {
 public:
  Reasons(const StudyInfo& info, std::span<const double> log_proportions)
      : info_(info), is_known_(!log_proportions.empty()) {
    const std::size_t length = std::max<std::size_t>(1, info.sequence_length);
    num_of_all_ = NumFrequencies(log_proportions, length, /*without_position_0=*/false);
    num_of_later_ = NumFrequencies(log_proportions, length, /*without_position_0=*/true);
  }

  std::string Of(const TitledMeasure& measure, std::uint64_t num_points) const {
    const std::string where = measure.is_of_norms ? " after position 0" : "";
    const int num_frequencies = measure.is_of_norms ? num_of_later_ : num_of_all_;
    if (is_known_ && num_frequencies == 0) return fmt::format("no token{} takes part", where);
    if (is_known_ && num_frequencies == 1) {
      return fmt::format("every token{} that takes part is equally frequent", where);
    }
    const bool all_merged = info_.merged_sequences.size() == info_.num_sequences;
    if (measure.is_of_bins && num_points == 0 && all_merged) {
      return fmt::format(
          "no sequence has {} different bins, because some percentile edges are equal",
          info_.options.num_bins);
    }
    if (is_known_ && measure.is_of_norms && num_points < 2) {
      return "the attention output is a zero vector, whose log norm has no value";
    }
    if (num_points < 2) {
      return fmt::format("it takes at least two {}, there {}",
                         measure.is_of_bins ? "bins" : "points",
                         num_points == 0 ? "is none" : "is one");
    }
    return is_known_ ? "its values do not vary" : "its values or the log-proportions do not vary";
  }

 private:
  const StudyInfo& info_;
  bool is_known_;
  int num_of_all_ = 0;
  int num_of_later_ = 0;
};

std::string LayersText(const StudyInfo& info, const std::set<int>& layers) {
  if (layers.size() == info.options.layers.size()) return "all layers";
  return fmt::format("{} {}", layers.size() == 1 ? "layer" : "layers", fmt::join(layers, ", "));
}

}  // namespace

std::vector<std::string> UndefinedReasons(const StudyInfo& info,
                                          const std::vector<Correlation>& correlations,
                                          CountSource counts,
                                          std::span<const double> log_proportions) {
  const Reasons reasons(info, log_proportions);
  // Maps each reason to the measures, in order, with their layers.
  std::map<std::string, std::vector<std::pair<std::string, std::set<int>>>> found;
  for (const TitledMeasure& measure : kMeasures) {
    std::map<std::string, std::set<int>> layers_by_reason;
    for (const Correlation& row : correlations) {
      const bool is_whole = row.measure == measure.measure && row.head == -1 &&
                            row.sequence == -1 && row.method == CorrelationMethod::kPearson &&
                            row.counts == counts;
      if (!is_whole || std::isfinite(row.estimate)) continue;
      layers_by_reason[reasons.Of(measure, row.n)].insert(row.layer);
    }
    for (auto& [reason, layers] : layers_by_reason) {
      found[reason].emplace_back(measure.title, std::move(layers));
    }
  }
  std::vector<std::string> sentences;
  for (const auto& [reason, measures] : found) {
    std::string list;
    for (std::size_t i = 0; i < measures.size(); ++i) {
      list += (i == 0 ? "" : "; ") + measures[i].first;
      // The layers follow the last of the measures that share them.
      const bool is_last_of_them =
          i + 1 == measures.size() || measures[i + 1].second != measures[i].second;
      if (is_last_of_them) list += " (" + LayersText(info, measures[i].second) + ")";
    }
    sentences.push_back(fmt::format("r is not defined (n/a) for {}: {}", list, reason));
  }
  return sentences;
}

}  // namespace zipflens
