#include "synthetic_statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

class Adder {
 public:
  Adder(double effect, Study& study) : effect_(effect), study_(study) {}

  void Add() {
    study_.info.options.num_permutations = 10'000;
    study_.info.options.num_resamples = 2'000;
    for (const int layer : study_.info.options.layers) {
      AddCorrelations(layer);
      AddSlopes(layer);
      AddExplained(layer);
      AddSplit(layer);
    }
    AddTypes();
    AddBands();
    if (effect_ == 0) Flatten();
  }

 private:
  double Uniform() { return (static_cast<double>(random_() >> 11) + 0.5) * 0x1.0p-53; }
  double Normal() {
    return std::sqrt(-2 * std::log(Uniform())) * std::cos(2 * 3.14159265358979 * Uniform());
  }
  double Depth(int layer) const { return (layer + 0.5) / Real(study_.info.shape.num_layers); }

  void AddR(Measure measure, int layer, double r, double half, bool is_tested) {
    Correlation row;
    row.measure = measure;
    row.layer = layer;
    row.estimate = effect_ * r + 0.3 * half * Normal();
    row.lower = row.estimate - half;
    row.upper = row.estimate + half;
    row.n = is_tested ? 6021 : 16'000'000;
    row.method = CorrelationMethod::kPearson;
    if (is_tested) {
      row.p = std::max(1e-4, std::exp(-2 * std::pow(row.estimate / half, 2)));
      row.q = std::min(1.0, 1.2 * row.p);
      row.family = std::string(MeasureName(measure)) + ", pearson, layers";
    }
    study_.correlations.push_back(row);
    row.method = CorrelationMethod::kSpearman;
    if (is_tested) study_.correlations.push_back(row);
  }

  void AddCorrelations(int layer) {
    const double depth = Depth(layer);
    AddR(Measure::kTypeLogNorm, layer, 0.45 - 0.8 * depth, 0.03, true);
    AddR(Measure::kTypeRowScore, layer, 0.3 * std::sin(6 * depth), 0.035, true);
    AddR(Measure::kTypeColumnScore, layer, -0.25 * std::cos(5 * depth), 0.035, true);
    AddR(Measure::kTypeColumnCentred, layer, -0.2 * std::cos(5 * depth), 0.035, true);
    AddR(Measure::kPair, layer, 0.2 * std::cos(4 * depth), 0.012, false);
    AddR(Measure::kPairRowCentred, layer, 0.08 * std::cos(6 * depth), 0.01, false);
    AddR(Measure::kBinMeanRowCentred, layer, 0.9 * std::cos(6 * depth), 0.03, false);
  }

  void AddSlopes(int layer) {
    for (int head = -1; std::cmp_less(head, study_.info.shape.num_heads); ++head) {
      for (const Response response : {Response::kScore, Response::kRowCentredScore}) {
        for (const PairTerm term : {PairTerm::kQuery, PairTerm::kKey}) {
          const bool is_removed =
              response == Response::kRowCentredScore && term == PairTerm::kQuery;
          Slope slope;
          slope.response = response;
          slope.term = term;
          slope.layer = layer;
          slope.head = head;
          slope.n = 16'000'000;
          slope.clusters = study_.info.num_sequences;
          if (!is_removed) {
            slope.estimate =
                effect_ * (0.06 * std::cos(5 * Depth(layer)) + 0.09 * Normal() * Uniform());
            slope.standard_error = 0.008;
            slope.cluster_p = std::exp(-std::pow(slope.estimate / 0.011, 2));
            slope.cluster_q = slope.cluster_p;
            slope.type_estimate = slope.estimate;
            slope.type_p = slope.type_q = slope.cluster_p;
            if (head >= 0) AddTypeTest(slope);
          }
          study_.slopes.push_back(slope);
        }
      }
    }
  }

  /// The correlation over types that tests the slope of a head.
  void AddTypeTest(const Slope& slope) {
    Correlation row;
    row.measure = *TypeMeasure(slope.response, slope.term);
    row.layer = slope.layer;
    row.head = slope.head;
    row.estimate = 2 * slope.type_estimate;
    row.lower = row.estimate - 0.03;
    row.upper = row.estimate + 0.03;
    row.p = slope.type_p;
    row.q = slope.type_q;
    row.n = 6021;
    study_.correlations.push_back(row);
  }

  void AddExplained(int layer) {
    for (int head = -1; std::cmp_less(head, study_.info.shape.num_heads); ++head) {
      for (const Response response : {Response::kScore, Response::kRowCentredScore}) {
        for (std::size_t k = 0; k < kNumFrequencyTerms; ++k) {
          Explained row;
          row.response = response;
          row.terms = static_cast<FrequencyTerms>(k);
          row.layer = layer;
          row.head = head;
          row.estimate = 0.02 * effect_ * Depth(layer) * static_cast<double>(k + 1) +
                         0.001 * (head + 2) * Uniform();
          row.lower = 0.9 * row.estimate;
          row.upper = 1.1 * row.estimate;
          row.n = 16'000'000;
          study_.explained.push_back(row);
        }
      }
    }
  }

  void AddSplit(int layer) {
    for (int head = -1; std::cmp_less(head, study_.info.shape.num_heads); ++head) {
      const double query = 0.25 * (1 - Depth(layer)) * (0.6 + 0.8 * Uniform());
      const double key = 0.5 * Depth(layer) * (0.6 + 0.8 * Uniform());
      const double pair[] = {0.05 * Normal(), 0.06 * Normal(), 0.01 * Normal()};
      const double content = 1 - query - key - pair[0] - pair[1] - pair[2];
      const auto add = [&](SplitPart part, double mean, double share) {
        study_.splits.push_back({layer, head, part, mean, 0.7 * share, share});
      };
      add(SplitPart::kContent, -0.2 + Depth(layer), content);
      add(SplitPart::kQueryOnly, 0.3, query);
      add(SplitPart::kKeyOnly, -0.6 * Depth(layer), key);
      add(SplitPart::kConstant, 0.1, 0);
      add(SplitPart::kContentQueryOnly, kNoValue, pair[0]);
      add(SplitPart::kContentKeyOnly, kNoValue, pair[1]);
      add(SplitPart::kQueryOnlyKeyOnly, kNoValue, pair[2]);
    }
  }

  void AddTypes() {
    std::map<int, std::uint64_t> occurrences;
    for (const std::int32_t id : study_.token_ids) ++occurrences[id];
    for (const int layer : study_.info.adjustment_layers) {
      for (const auto& [id, count] : occurrences) {
        const double p = study_.proportions[static_cast<std::size_t>(id)];
        if (p <= 0) continue;
        TypeRow row;
        row.id = id;
        row.count = study_.counts[static_cast<std::size_t>(id)];
        row.log_proportion = std::log(p);
        row.occurrences = count;
        row.layer = layer;
        const double noise = 0.5 / std::sqrt(static_cast<double>(count)) + 0.15;
        const double a = row.log_proportion + 9;
        row.mean_log_norm = 0.7 + 0.05 * a + noise * Normal();
        row.mean_row_score = -0.5 + 0.04 * a + noise * Normal();
        row.mean_column_score = -0.5 - 0.03 * a + noise * Normal();
        study_.types.push_back(row);
      }
    }
  }

  void AddBands() {
    for (LayerProfile& profile : study_.layer_profiles) {
      for (std::size_t b = 0; b < profile.mean.size(); ++b) {
        const double half = 0.03 + 0.05 * std::pow(2.0 * static_cast<double>(b) / 39 - 1, 2);
        profile.lower.push_back(profile.mean[b] - half);
        profile.upper.push_back(profile.mean[b] + half);
      }
      LayerProfile centred = profile;
      for (std::size_t b = 0; b < profile.mean.size(); ++b) {
        const double shift = profile.mean[b] - 0.15 * profile.mean[b];
        for (auto* values : {&centred.mean, &centred.lower, &centred.upper}) (*values)[b] -= shift;
      }
      study_.row_centred_profiles.push_back(std::move(centred));
    }
  }

  /// A null study has flat profiles, and correlations of bins that are near 1 in size all the same.
  void Flatten() {
    for (auto* profiles : {&study_.layer_profiles, &study_.row_centred_profiles}) {
      for (LayerProfile& profile : *profiles) {
        for (std::size_t b = 0; b < profile.mean.size(); ++b) {
          const double shift = profile.mean[b] - 0.03 * Normal();
          for (auto* values : {&profile.mean, &profile.lower, &profile.upper}) {
            (*values)[b] -= shift;
          }
        }
      }
    }
    for (Correlation& row : study_.correlations) {
      if (row.measure == Measure::kLogNorm) row.estimate = 0.02 * Normal();
      if (row.measure == Measure::kBinMean || row.measure == Measure::kBinStd) {
        row.estimate = std::tanh(1.2 * Normal());
      }
    }
  }

  double effect_;
  Study& study_;
  std::mt19937_64 random_{6};
};

}  // namespace

void AddSyntheticStatistics(double effect, Study& study) { Adder(effect, study).Add(); }

}  // namespace zipflens
