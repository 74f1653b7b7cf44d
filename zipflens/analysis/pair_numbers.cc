#include "zipflens/analysis/pair_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "zipflens/stats/correlation.h"
#include "zipflens/stats/pair_estimates.h"
#include "zipflens/stats/profile_average.h"
#include "zipflens/stats/sequence_jackknife.h"

namespace zipflens {
namespace {

/// The bin values of the sequences that have all bins, as one matrix.
struct BinRows {
  std::vector<double> values;  // [rows, num_bins]
  std::size_t num_bins;

  MatrixView<const double> view() const {
    return {values.data(), num_bins == 0 ? 0 : values.size() / num_bins, num_bins};
  }
  std::vector<double> Average() const {
    ProfileAverage average(num_bins);
    for (std::size_t begin = 0; begin < values.size(); begin += num_bins) {
      average.Add(std::span(values).subspan(begin, num_bins));
    }
    return average.Average();
  }
};

BinRows CompleteRows(const PairContext& context, std::span<const double> all) {
  BinRows rows{{}, context.num_bins};
  rows.values.reserve(all.size());
  for (std::size_t sequence_idx = 0; sequence_idx < context.designs.size(); ++sequence_idx) {
    const bool merged = std::binary_search(context.merged_sequences.begin(),
                                           context.merged_sequences.end(), sequence_idx);
    if (merged) continue;
    const auto row = all.subspan(sequence_idx * context.num_bins, context.num_bins);
    rows.values.insert(rows.values.end(), row.begin(), row.end());
  }
  return rows;
}

std::string SlopeFamily(Response response, PairTerm term, int head, CountSource counts) {
  return fmt::format("slopes, {}, {}, {}, counts: {}", ResponseName(response), PairTermName(term),
                     head < 0 ? "layers" : "layers x heads", CountSourceName(counts));
}

/// Computes the table rows of one layer and head.
class HeadNumbers {
 public:
  HeadNumbers(const PairContext& context, int layer, int head, const HeadSummaries& summaries)
      : context_(context),
        layer_(layer),
        head_(head),
        summaries_(summaries),
        centres_(CompleteRows(context, context.centres)),
        average_centre_(centres_.Average()) {}

  PairNumbers Compute() {
    AddProfiles();
    AddPairLevel();
    AddExplained(Response::kScore);
    AddExplained(Response::kRowCentredScore);
    AddSlopes(context_.raw_regression, Response::kScore);
    AddSlopes(context_.centred_regression, Response::kRowCentredScore);
    AddSplit();
    return std::move(numbers_);
  }

 private:
  void AddCorrelation(Measure measure, const PairMoments& moments, const Interval& interval) {
    numbers_.correlations.push_back({.measure = measure,
                                     .layer = layer_,
                                     .head = head_,
                                     .estimate = moments.Correlation(),
                                     .lower = interval.lower,
                                     .upper = interval.upper,
                                     .n = moments.n,
                                     .method = CorrelationMethod::kPearson,
                                     .counts = context_.counts});
  }

  // There is no correlation of the standard deviations of row-centred scores.
  void AddProfiles() {
    const BinRows mean = CompleteRows(context_, summaries_.mean);
    const BinRows std = CompleteRows(context_, summaries_.std);
    const BinRows centred_mean = CompleteRows(context_, summaries_.centred_mean);
    const BinRows centred_std = CompleteRows(context_, summaries_.centred_std);
    const auto bands_of = [this](const BinRows& values) {
      return ProfileIntervals(centres_.view(), values.view(), context_.confidence);
    };
    std::array<ProfileBands, 3> bands = {bands_of(mean), bands_of(std), bands_of(centred_mean)};
    AddProfile(Response::kScore, mean.Average(), std.Average(), bands[0]);
    AddBinCorrelation(Measure::kBinMean, numbers_.profiles.back().profile.mean,
                      bands[0].correlation);
    AddBinCorrelation(Measure::kBinStd, numbers_.profiles.back().profile.std, bands[1].correlation);
    AddProfile(Response::kRowCentredScore, centred_mean.Average(), centred_std.Average(), bands[2]);
    AddBinCorrelation(Measure::kBinMeanRowCentred, numbers_.profiles.back().profile.mean,
                      bands[2].correlation);
  }

  void AddProfile(Response scores, std::vector<double> mean, std::vector<double> std,
                  ProfileBands& bands) {
    numbers_.profiles.push_back({head_,
                                 scores,
                                 {.layer = layer_,
                                  .centre = average_centre_,
                                  .mean = std::move(mean),
                                  .std = std::move(std),
                                  .lower = std::move(bands.lower),
                                  .upper = std::move(bands.upper)}});
  }

  void AddBinCorrelation(Measure measure, std::span<const double> profile,
                         const Interval& interval) {
    AddCorrelation(measure, PairMoments::Of(average_centre_, profile), interval);
  }

  void AddPairLevel() {
    constexpr std::array<std::pair<Response, Measure>, 2> kMeasures = {
        {{Response::kScore, Measure::kPair},
         {Response::kRowCentredScore, Measure::kPairRowCentred}}};
    for (const auto& [response, measure] : kMeasures) {
      std::vector<PairMoments> moments;
      PairMoments all;
      moments.reserve(context_.designs.size());
      for (std::size_t i = 0; i < context_.designs.size(); ++i) {
        moments.push_back(PairLevelMoments(context_.designs[i], summaries_.sums[i], response));
        all.Merge(moments.back());
      }
      AddCorrelation(measure, all, PooledCorrelationInterval(moments, context_.confidence));
    }
  }

  void AddExplained(Response response) {
    const auto shares =
        ExplainedShares(context_.designs, summaries_.sums, response, context_.confidence);
    std::uint64_t n = 0;
    for (const ScoreSums& sums : summaries_.sums) n += sums.num_pairs;
    for (std::size_t k = 0; k < shares.size(); ++k) {
      numbers_.explained.push_back({.response = response,
                                    .terms = EnumAt<FrequencyTerms>(k),
                                    .layer = layer_,
                                    .head = head_,
                                    .estimate = shares[k].estimate,
                                    .lower = shares[k].interval.lower,
                                    .upper = shares[k].interval.upper,
                                    .n = n,
                                    .counts = context_.counts});
    }
  }

  void AddSlopes(const PairRegression& regression, Response response) {
    const bool has_interval = regression.num_clusters() >= kFewestSequences;
    for (const TermEstimate& term : regression.Fit(summaries_.sums)) {
      const bool is_tested = has_interval && (!std::isnan(term.p));
      const bool has_family = is_tested || TypeMeasure(response, term.term);
      numbers_.slopes.push_back(
          {.response = response,
           .term = term.term,
           .layer = layer_,
           .head = head_,
           .estimate = term.estimate,
           .standard_error = term.standard_error,
           .lower = has_interval ? term.lower : kNoValue,
           .upper = has_interval ? term.upper : kNoValue,
           .cluster_p = has_interval ? term.p : kNoValue,
           .family = has_family ? SlopeFamily(response, term.term, head_, context_.counts) : "",
           .n = regression.num_pairs(),
           .clusters = regression.num_clusters(),
           .counts = context_.counts});
    }
  }

  void AddSplit() {
    const auto values = FourWaySplit(summaries_.sums);
    for (std::size_t part = 0; part < values.size(); ++part) {
      numbers_.splits.push_back({.layer = layer_,
                                 .head = head_,
                                 .part = EnumAt<SplitPart>(part),
                                 .mean = values[part].mean,
                                 .variance = values[part].variance,
                                 .share = values[part].share});
    }
  }

  const PairContext& context_;
  int layer_;
  int head_;
  const HeadSummaries& summaries_;
  BinRows centres_;
  std::vector<double> average_centre_;
  PairNumbers numbers_;
};

}  // namespace

PairNumbers ComputePairNumbers(const PairContext& context, int layer, int head,
                               const HeadSummaries& summaries) {
  return HeadNumbers(context, layer, head, summaries).Compute();
}

}  // namespace zipflens
