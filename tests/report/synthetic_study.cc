#include "synthetic_study.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <utility>

#include "synthetic_statistics.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class Maker {
 public:
  explicit Maker(const SyntheticShape& shape) : shape_(shape) {
    if (shape_.layers.empty()) {
      shape_.layers.resize(shape_.num_layers);
      std::iota(shape_.layers.begin(), shape_.layers.end(), 0);
    }
  }

  Study Make() {
    MakeInfo();
    MakeCounts();
    MakeBatch();
    for (const int layer : shape_.layers) MakeAdjustments(layer);
    MakeScoreSample();
    for (const int layer : shape_.layers) MakeProfiles(layer);
    return std::move(result_);
  }

 private:
  // Box and Muller: std::normal_distribution differs between standard libraries.
  double Uniform() { return (static_cast<double>(random_() >> 11) + 0.5) * 0x1.0p-53; }
  double Normal() {
    return std::sqrt(-2 * std::log(Uniform())) * std::cos(2 * 3.14159265358979 * Uniform());
  }
  double Depth(int layer) const { return (layer + 0.5) / Real(shape_.num_layers); }

  void MakeInfo() {
    StudyInfo& info = result_.info;
    info.version = "0.1.0";
    info.options.model = "data/all-minilm-l6-v2";
    info.options.corpus = {"data/wikipedia-sample.parquet"};
    info.shape = {.vocab_size = shape_.vocab_size,
                  .num_layers = shape_.num_layers,
                  .num_heads = shape_.num_heads,
                  .hidden_size = 384,
                  .head_size = 32,
                  .intermediate_size = 1536,
                  .max_position_embeddings = 512};
    info.num_sequences = shape_.num_sequences;
    info.sequence_length = shape_.sequence_length;
    info.options.num_bins = shape_.num_bins;
    info.options.layers = shape_.layers;
    info.corpus_rows = info.documents_counted = 106;
    info.options.target_tokens = 1'000'000;
    info.options.scatter_layer = Nearest((5 * shape_.num_layers + 12) / 24);
    info.options.profile_layer = Nearest((7 * shape_.num_layers + 12) / 24);
    const int num_layers = static_cast<int>(shape_.num_layers);
    for (const int layer : {0, num_layers / 2, num_layers - 1}) {
      const bool is_new =
          std::count(info.adjustment_layers.begin(), info.adjustment_layers.end(), layer) == 0;
      if (is_new && std::count(shape_.layers.begin(), shape_.layers.end(), layer) > 0) {
        info.adjustment_layers.push_back(layer);
      }
    }
  }

  int Nearest(std::size_t layer_idx) const {
    const int layer = static_cast<int>(layer_idx);
    return *std::min_element(shape_.layers.begin(), shape_.layers.end(), [&](int a, int b) {
      return std::abs(a - layer) < std::abs(b - layer);
    });
  }

  /// Zipf's law over ids that rise with rank, as BERT's vocabulary does, after 1,000 unused ids.
  void MakeCounts() {
    const std::size_t vocab = shape_.vocab_size;
    const std::size_t unused = std::min<std::size_t>(1000, vocab / 10);
    result_.counts.assign(vocab, 0);
    for (std::size_t id = 0; id < vocab; ++id) {
      result_.tokens.push_back(fmt::format("token{}", id));
      if (id < unused) continue;
      const double rank = static_cast<double>(id - unused + 1) * std::exp(0.9 * Normal());
      result_.counts[id] = static_cast<std::uint64_t>(60000 / std::pow(rank + 2, 1.02) + Uniform());
    }
    std::uint64_t total = 0;
    for (const std::uint64_t count : result_.counts) total += count;
    result_.info.tokens_counted = total;
    for (const std::uint64_t count : result_.counts) {
      result_.proportions.push_back(static_cast<double>(count) / static_cast<double>(total));
    }
  }

  void MakeBatch() {
    std::vector<double> sums;
    for (const double p : result_.proportions) sums.push_back((sums.empty() ? 0 : sums.back()) + p);
    const std::size_t size = shape_.num_sequences * shape_.sequence_length;
    for (std::size_t i = 0; i < size; ++i) {
      auto id = static_cast<std::size_t>(
          std::lower_bound(sums.begin(), sums.end() - 1, Uniform() * sums.back()) - sums.begin());
      if (i % 4001 == 17) id = 0;  // a token that was never counted
      const double p = result_.proportions[id];
      result_.token_ids.push_back(static_cast<std::int32_t>(id));
      result_.log_proportions.push_back(p > 0 ? std::log(p) : kNaN);
      result_.info.left_out_tokens += p > 0 ? 0 : 1;
    }
    result_.info.left_out_pairs = result_.info.left_out_tokens * 2 * shape_.sequence_length;
    for (std::size_t s = 0; s < shape_.num_sequences; ++s)
      result_.titles.push_back(fmt::format("Title {}", s));
  }

  void Add(Measure measure, int layer, int sequence, double estimate, std::uint64_t n) {
    result_.correlations.push_back({.measure = measure,
                                    .layer = layer,
                                    .sequence = sequence,
                                    .estimate = estimate,
                                    .lower = kNaN,
                                    .upper = kNaN,
                                    .p = kNaN,
                                    .q = kNaN,
                                    .n = n,
                                    .method = CorrelationMethod::kPearson});
  }

  void MakeAdjustments(int layer) {
    LayerAdjustments adjustments{.layer = layer, .log_norm = {}};
    const double slope = 0.09 - 0.16 * Depth(layer);
    double xx = 0, yy = 0, xy = 0, sx = 0, sy = 0, n = 0;
    for (std::size_t i = 0; i < result_.log_proportions.size(); ++i) {
      const bool is_first = i % shape_.sequence_length == 0;
      const double a = result_.log_proportions[i];
      const double known = std::isnan(a) ? -12 : a;
      const double y =
          0.4 + Depth(layer) + slope * (known + 8) + 0.22 * Normal() + (is_first ? 0.9 : 0);
      adjustments.log_norm.push_back(static_cast<float>(y));
      if (is_first || std::isnan(a)) continue;
      xx += a * a, yy += y * y, xy += a * y, sx += a, sy += y, n += 1;
    }
    const double r = (n * xy - sx * sy) / std::sqrt((n * xx - sx * sx) * (n * yy - sy * sy));
    Add(Measure::kLogNorm, layer, -1, r, static_cast<std::uint64_t>(n));
    const auto& shown = result_.info.adjustment_layers;
    if (std::count(shown.begin(), shown.end(), layer) > 0) {
      result_.adjustments.push_back(std::move(adjustments));
    }
  }

  void MakeScoreSample() {
    ScoreSample& sample = result_.score_sample;
    sample.layer = result_.info.options.scatter_layer;
    const std::size_t length = shape_.sequence_length;
    const int num_sequences = static_cast<int>(shape_.num_sequences);
    for (int s = 0; s < num_sequences; ++s) {
      for (std::size_t pair = 0; pair < length * length; pair += 500) {
        const double* a = &result_.log_proportions[s * length];
        const double u = a[pair / length] + a[pair % length];
        sample.sequence.push_back(s);
        sample.pair_log_proportion.push_back(u);
        sample.score.push_back(static_cast<float>(-0.3 + 0.05 * (std::isnan(u) ? 0 : u + 15) +
                                                  (0.5 + 0.02 * (s % 7)) * Normal()));
      }
    }
  }

  double MeanLaw(int layer, double u) const {
    return (0.5 - Depth(layer)) * 0.12 * (u + 15) + 0.4 * std::sin(0.45 * u + 3 * Depth(layer));
  }
  double StdLaw(int layer, double u) const {
    return 0.6 + 0.3 * Depth(layer) - 0.02 * Depth(layer) * (u + 15);
  }

  void MakeProfiles(int layer) {
    const std::size_t bins = shape_.num_bins;
    const int num_sequences = static_cast<int>(shape_.num_sequences);
    LayerProfile average{.layer = layer,
                         .centre = std::vector(bins, 0.0),
                         .mean = std::vector(bins, 0.0),
                         .std = std::vector(bins, 0.0)};
    for (int s = 0; s < num_sequences; ++s) {
      std::vector<ProfileBin> profile;
      const double shift = 0.5 * Normal();
      for (std::size_t b = 0; b < bins; ++b) {
        const auto edge = [&](std::size_t k) {
          const double q = (static_cast<double>(k) + 0.3) / (static_cast<double>(bins) + 0.6);
          return -15 + shift + 2.6 * std::log(q / (1 - q));
        };
        ProfileBin bin{.left = edge(b), .right = edge(b + 1), .n = 6553};
        bin.centre = (bin.left + bin.right) / 2;
        bin.mean = MeanLaw(layer, bin.centre) + 0.12 * Normal();
        bin.std = StdLaw(layer, bin.centre) + 0.04 * Normal();
        average.centre[b] += bin.centre / num_sequences;
        average.mean[b] += bin.mean / num_sequences;
        average.std[b] += bin.std / num_sequences;
        profile.push_back(bin);
      }
      AddProfileCorrelations(layer, s, profile);
      if (layer == result_.info.options.profile_layer)
        result_.profile_bins.push_back(std::move(profile));
    }
    Add(Measure::kBinMean, layer, -1, Correlate(average.centre, average.mean), bins);
    Add(Measure::kBinStd, layer, -1, Correlate(average.centre, average.std), bins);
    result_.layer_profiles.push_back(std::move(average));
  }

  void AddProfileCorrelations(int layer, int sequence, const std::vector<ProfileBin>& profile) {
    std::vector<double> centre, mean, std;
    for (const ProfileBin& bin : profile) {
      centre.push_back(bin.centre), mean.push_back(bin.mean), std.push_back(bin.std);
    }
    Add(Measure::kBinMean, layer, sequence, Correlate(centre, mean), profile.size());
    Add(Measure::kBinStd, layer, sequence, Correlate(centre, std), profile.size());
  }

  static double Correlate(const std::vector<double>& x, const std::vector<double>& y) {
    const auto n = static_cast<double>(x.size());
    double xx = 0, yy = 0, xy = 0, sx = 0, sy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      xx += x[i] * x[i], yy += y[i] * y[i], xy += x[i] * y[i], sx += x[i], sy += y[i];
    }
    return (n * xy - sx * sy) / std::sqrt((n * xx - sx * sx) * (n * yy - sy * sy));
  }

  SyntheticShape shape_;
  Study result_;
  std::mt19937_64 random_{39};
};

}  // namespace

Study MakeSyntheticStudy(const SyntheticShape& shape) {
  Study study = Maker(shape).Make();
  if (shape.with_evidence) AddSyntheticStatistics(/*effect=*/1.0, study);
  if (shape.with_null) {
    auto null_study = std::make_shared<Study>(Maker(shape).Make());
    null_study->info.null_kind = NullKind::kShuffledTokens;
    AddSyntheticStatistics(/*effect=*/0.0, *null_study);
    for (const Correlation& row : null_study->correlations) {
      if (row.head >= 0 || row.sequence >= 0) continue;
      study.null_tests.push_back({.measure = row.measure,
                                  .layer = row.layer,
                                  .method = row.method,
                                  .draws = 20,
                                  .mean = row.estimate,
                                  .lower = row.lower,
                                  .upper = row.upper});
    }
    study.info.options.num_null_draws = 20;
    study.null_study = std::move(null_study);
  }
  return study;
}

}  // namespace zipflens
