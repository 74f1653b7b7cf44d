#include "zipflens/study/study_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

constexpr double kLargeBinnedR = 0.5;

// Returns the row for all sequences and the mean over heads, or nullptr.
const Correlation* Find(const std::vector<Correlation>& rows, CountSource counts, Measure measure,
                        int layer) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Correlation& row) {
    return row.measure == measure && row.layer == layer && row.head == -1 && row.sequence == -1 &&
           row.method == CorrelationMethod::kPearson && row.counts == counts;
  });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

StudyWarnings BinnedWarnings(const StudyInfo& info, const std::vector<Correlation>& correlations) {
  StudyWarnings warnings;
  const std::vector<std::pair<Measure, std::string>> sides = {{Measure::kTypeRowScore, "queries"},
                                                              {Measure::kTypeColumnScore, "keys"}};
  for (const auto& [measure, side] : sides) {
    std::vector<int> layers;
    for (const int layer : info.options.layers) {
      const auto* binned = Find(correlations, info.counts_source(), Measure::kBinMean, layer);
      const auto* by_type = Find(correlations, info.counts_source(), measure, layer);
      if (binned == nullptr || by_type == nullptr) continue;
      if (std::abs(binned->estimate) > kLargeBinnedR && !IsSignificant(*by_type)) {
        layers.push_back(layer);
      }
    }
    if (layers.empty()) continue;
    const std::string subject =
        fmt::format("{} {}", layers.size() == 1 ? "layer" : "layers", fmt::join(layers, ", "));
    warnings.all.push_back(fmt::format(
        "{}: |r| over bin means is above 0.5, but the correlation over token types is not "
        "significant for {} (q >= 0.05, or the 95 % interval includes 0)",
        subject, side));
    const std::string remark = fmt::format(
        "{}: |r| over bins > 0.5, but r over types ({}) is not significant", subject, side);
    warnings.by_figure["part6"].push_back(remark);
    warnings.by_figure["evidence_correlations"].push_back(remark);
    if (std::find(layers.begin(), layers.end(), info.options.profile_layer) == layers.end())
      continue;
    warnings.by_figure["part5c"].push_back(remark);
    warnings.by_figure["part5d"].push_back(remark);
  }
  return warnings;
}

std::vector<std::string> LeftOutWarnings(const StudyInfo& info) {
  if (info.left_out_tokens == 0) return {};
  const std::size_t num_tokens = info.num_tokens();
  const auto uncounted = info.left_out_by_reason.find("never counted");
  if (uncounted != info.left_out_by_reason.end() && uncounted->second == info.left_out_tokens) {
    return {fmt::format(
        "{} of {} tokens of the batch were never counted: they, and the {} pairs they are in, are "
        "left out of the statistics (`smoothing` = laplace keeps them)",
        info.left_out_tokens, num_tokens, info.left_out_pairs)};
  }
  std::vector<std::string> reasons;
  for (const auto& [reason, num] : info.left_out_by_reason) {
    reasons.push_back(fmt::format("{} {}", reason, num));
  }
  const double num_pairs = Real(num_tokens) * Real(info.sequence_length);
  return {fmt::format(
      "{} of {} tokens of the batch ({:.1f} %; {}), and the {} pairs they are in ({:.1f} %), are "
      "left out of the statistics",
      info.left_out_tokens, num_tokens, 100.0 * Real(info.left_out_tokens) / Real(num_tokens),
      fmt::join(reasons, ", "), info.left_out_pairs,
      100.0 * Real(info.left_out_pairs) / num_pairs)};
}

std::vector<std::string> BinWarnings(const StudyInfo& info) {
  std::vector<std::string> warnings;
  if (!info.merged_sequences.empty()) {
    warnings.push_back(fmt::format(
        "sequences {} have fewer than {} bins, because some percentile edges are equal; "
        "they are left out of the averages over sequences",
        fmt::join(info.merged_sequences, ", "), info.options.num_bins));
  }
  if (info.empty_bins > 0) {
    warnings.push_back(
        fmt::format("{} bins of a sequence have no pair and are left out", info.empty_bins));
  }
  return warnings;
}

}  // namespace zipflens
