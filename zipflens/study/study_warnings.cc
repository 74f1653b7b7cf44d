#include "zipflens/study/study_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "zipflens/analysis/null_draws.h"
#include "zipflens/base/numbers.h"
#include "zipflens/stats/sequence_jackknife.h"
#include "zipflens/study/study_rows.h"

namespace zipflens {
namespace {

constexpr double kLargeR = 0.5;

/// A number of the notebook, and one that tests its sign.
struct Claim {
  Measure measure;
  Measure test;
  const char* name;        // of the number of the notebook
  const char* test_name;   // of the other
  const char* short_name;  // the same two on figures
  const char* short_test_name;
  std::vector<std::string> figures;
  bool is_of_profile_layer;  // it is also drawn in part5c and part5d
};

std::vector<Claim> Claims() {
  const std::vector<std::string> bins = {"part6", "evidence_correlations"};
  return {
      {Measure::kBinMean, Measure::kTypeRowScore, "r over bin means",
       "r over token types as queries (a part that softmax removes)", "r over bins",
       "r over types as queries (removed by softmax)", bins, true},
      {Measure::kBinMean, Measure::kTypeColumnScore, "r over bin means",
       "r over token types as keys", "r over bins", "r over types as keys", bins, true},
      {Measure::kBinMean, Measure::kPair, "r over bin means", "r over all pairs", "r over bins",
       "r over pairs", bins, true},
      {Measure::kBinMeanRowCentred,
       Measure::kTypeColumnCentred,
       "r over bin means of row-centred scores",
       "r over token types as keys (row-centred scores)",
       "r over bins",
       "r over types as keys (row-centred)",
       {"part6_bands"},
       false},
      {Measure::kLogNorm,
       Measure::kTypeLogNorm,
       "r of norms over tokens",
       "r of norms over token types",
       "r over tokens",
       "r over types",
       {"part4b", "evidence_correlations"},
       false},
  };
}

/// The layers in which the test has the opposite sign, and those in which it is not significant.
struct Judged {
  std::vector<int> opposite;
  std::vector<int> not_significant;
};

Judged Judge(const StudyInfo& info, const std::vector<Correlation>& correlations,
             const Claim& claim) {
  Judged judged;
  const bool is_tested = claim.test != Measure::kPair;  // r over pairs has an interval, but no q
  for (const int layer : info.options.layers) {
    const auto* claimed = FindCorrelation(correlations, info.counts_source(), claim.measure, layer);
    const auto* test = FindCorrelation(correlations, info.counts_source(), claim.test, layer);
    if (claimed == nullptr || test == nullptr) continue;
    const double r = claimed->estimate;
    const bool is_large = std::abs(r) > kLargeR;
    const bool has_sign = is_large || SignOf(*claimed) * r > 0;
    const Evidence evidence = EvidenceFor(r, *test);
    const bool is_opposite = is_tested ? evidence == Evidence::kContradicts : SignOf(*test) * r < 0;
    if (has_sign && is_opposite) {
      judged.opposite.push_back(layer);
    } else if (is_tested && is_large && evidence != Evidence::kSupports) {
      judged.not_significant.push_back(layer);
    }
  }
  return judged;
}

std::string LayersText(const std::vector<int>& layers) {
  return fmt::format("{} {}", layers.size() == 1 ? "layer" : "layers", fmt::join(layers, ", "));
}

void AddRemark(const StudyInfo& info, const Claim& claim, const std::vector<int>& layers,
               const std::string& remark, StudyWarnings& warnings) {
  for (const std::string& figure : claim.figures) warnings.by_figure[figure].push_back(remark);
  if (!claim.is_of_profile_layer || !std::ranges::binary_search(layers, info.options.profile_layer))
    return;
  warnings.by_figure["part5c"].push_back(remark);
  warnings.by_figure["part5d"].push_back(remark);
}

}  // namespace

StudyWarnings EvidenceWarnings(const StudyInfo& info,
                               const std::vector<Correlation>& correlations) {
  StudyWarnings warnings;
  const std::vector<Claim> claims = Claims();
  std::vector<Judged> judged;
  judged.reserve(claims.size());
  for (const Claim& claim : claims) judged.push_back(Judge(info, correlations, claim));
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const std::vector<int>& layers = judged[i].opposite;
    if (layers.empty()) continue;
    warnings.all.push_back(
        fmt::format("{}: contradiction: {} and {} have opposite signs, and the latter is {}",
                    LayersText(layers), claims[i].name, claims[i].test_name,
                    claims[i].test == Measure::kPair
                        ? "not 0 (its 95 % interval leaves out 0)"
                        : "significant (q < 0.05, and the 95 % interval leaves out 0)"));
    AddRemark(info, claims[i], layers,
              fmt::format("{}: {} and {} have opposite signs", LayersText(layers),
                          claims[i].short_name, claims[i].short_test_name),
              warnings);
  }
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const std::vector<int>& layers = judged[i].not_significant;
    if (layers.empty()) continue;
    warnings.all.push_back(fmt::format(
        "{}: |{}| is above 0.5, but {} is not significant (q >= 0.05, or the 95 % interval "
        "includes 0)",
        LayersText(layers), claims[i].name, claims[i].test_name));
    AddRemark(info, claims[i], layers,
              fmt::format("{}: |{}| > 0.5, but {} is not significant", LayersText(layers),
                          claims[i].short_name, claims[i].short_test_name),
              warnings);
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
        "left out of the statistics (laplace smoothing keeps them)",
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

std::vector<std::string> ResamplingWarnings(const StudyInfo& info) {
  std::vector<std::string> warnings;
  if (info.num_sequences < kFewestSequences) {
    warnings.push_back(fmt::format(
        "the batch has {} sequences: no interval over sequences is computed, because that needs {}",
        info.num_sequences, kFewestSequences));
  } else if (info.num_sequences < kEnoughSequences) {
    warnings.push_back(fmt::format(
        "the batch has only {} sequences: intervals over sequences are wide, and the standard "
        "errors of slopes are too small ({} sequences or more are better)",
        info.num_sequences, kEnoughSequences));
  }
  if (info.options.num_permutations == 0) {
    warnings.emplace_back(
        "no p and q of type-level correlations: `num_permutations` is 0, so none is marked as "
        "significant");
  }
  if (info.options.num_resamples == 0) {
    warnings.emplace_back(
        "no intervals over token types: `num_resamples` is 0, so no type-level correlation is "
        "marked "
        "as significant");
  }
  if (info.options.num_null_draws > 0 && info.options.num_null_draws < kFewestNullDraws) {
    warnings.push_back(fmt::format(
        "{} of the null hypothesis: their spread is not known, and no p is given "
        "(`num_null_draws` = {} or more)",
        info.options.num_null_draws == 1 ? "one draw"
                                         : fmt::format("{} draws", info.options.num_null_draws),
        kFewestNullDraws));
  }
  return warnings;
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
