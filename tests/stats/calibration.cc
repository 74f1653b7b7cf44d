// Simulated studies with a known answer: how often each test rejects and each interval covers.
//   calibration RUNS SEED EFFECT [THREADS]
// Frequencies of token types follow Zipf's law. Types differ at random in their scores as a query,
// in their scores as a key, and in the norm of their attention output. EFFECT is the correlation
// over types of each of the three with a; 0 means no effect. Prints "name share" lines: reject/ is
// the share of runs with p < 0.05; cover/ the share whose 95 % interval contains the expected r of
// the types present (which are spread wider in a than the vocabulary and have noisy means); median/
// is the median size of r.

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "zipflens/base/error.h"
#include "zipflens/base/parallel.h"
#include "zipflens/kernels/statistics/counter_random.h"
#include "zipflens/stats/pair_estimates.h"
#include "zipflens/stats/pair_regression.h"
#include "zipflens/stats/profile_average.h"
#include "zipflens/stats/type_association.h"
#include "zipflens/stats/type_table.h"

namespace zipflens {
namespace {

constexpr std::size_t kVocabulary = 3000;
constexpr std::size_t kSequences = 16;
constexpr std::size_t kLength = 96;
constexpr std::size_t kBins = 40;
constexpr double kNoise = 0.5;  // of each score and norm; types differ with deviation 1

// The vocabulary: a for each type, and the distribution from which types are drawn.
struct Zipf {
  std::vector<double> a;
  std::vector<double> cumulative;
  double mean = 0;  // of a over types
  double deviation = 0;

  Zipf() {
    double total = 0;
    for (std::size_t rank = 1; rank <= kVocabulary; ++rank) {
      total += 1.0 / static_cast<double>(rank);
    }
    double below = 0;
    for (std::size_t rank = 1; rank <= kVocabulary; ++rank) {
      const double p = 1.0 / static_cast<double>(rank) / total;
      a.push_back(std::log(p));
      cumulative.push_back(below += p);
      mean += a.back() / kVocabulary;
    }
    for (const double value : a) deviation += (value - mean) * (value - mean) / kVocabulary;
    deviation = std::sqrt(deviation);
  }

  std::int32_t Draw(CounterRandom& random) const {
    const auto place = std::ranges::lower_bound(cumulative, random.Uniform());
    return static_cast<std::int32_t>(
        std::min<std::ptrdiff_t>(place - cumulative.begin(), kVocabulary - 1));
  }
};

// Effects of the types, whose expected correlation with a is given.
std::vector<double> TypeEffects(const Zipf& zipf, double effect, CounterRandom& random) {
  std::vector<double> effects;
  for (const double a : zipf.a) {
    effects.push_back(effect * (a - zipf.mean) / zipf.deviation +
                      std::sqrt(1 - effect * effect) * random.Normal());
  }
  return effects;
}

double NaiveP(double r, double n) {
  if (std::abs(r) >= 1) return 0;
  const boost::math::students_t t_distribution(n - 2);
  const double t = std::abs(r) * std::sqrt((n - 2) / (1 - r * r));
  return 2 * boost::math::cdf(boost::math::complement(t_distribution, t));
}

using Outcome = std::map<std::string, double>;

class Simulation {
 public:
  Simulation(const Zipf& zipf, std::uint64_t seed, std::uint64_t run, double effect)
      : zipf_(zipf),
        seed_(seed + run),
        random_(seed, RandomPurpose::kSimulation, run),
        effect_(effect),
        query_(TypeEffects(zipf, effect, random_)),
        key_(TypeEffects(zipf, effect, random_)),
        norm_(TypeEffects(zipf, effect, random_)) {
    for (std::size_t i = 0; i < kSequences * kLength; ++i) {
      ids_.push_back(zipf.Draw(random_));
      a_.push_back(zipf.a[static_cast<std::size_t>(ids_.back())]);
    }
  }

  Outcome Run() {
    const TypeIndex types(ids_, a_);
    TypeSums type_sums(3, types.size());
    PairMoments norms;
    PairMoments pairs;
    ProfileAverage centre(kBins);
    ProfileAverage mean(kBins);
    std::vector<DesignSums> designs;
    std::vector<ScoreSums> scores;
    for (std::size_t s = 0; s < kSequences; ++s) {
      const auto a = std::span(a_).subspan(s * kLength, kLength);
      const auto ids = std::span(ids_).subspan(s * kLength, kLength);
      const PairBins bins(a, kBins);
      const PairDesign design(a, ids, {}, zipf_.mean);
      const std::vector<float> z = Scores(ids);
      const ScoreSummary summary =
          summarizer_.Summarize({z.data(), kLength, kLength}, {}, PairLayout(design, bins));
      std::vector<double> log_norms;
      std::vector<std::size_t> of_tokens;
      for (const std::int32_t id : ids) {
        log_norms.push_back(norm_[static_cast<std::size_t>(id)] + kNoise * random_.Normal());
        of_tokens.push_back(types.TypeOf(id));
      }
      norms.Merge(PairMoments::Of(a, log_norms));
      type_sums.Count(of_tokens);
      type_sums.Add(0, of_tokens, log_norms);
      type_sums.Add(1, of_tokens, summary.row_means);
      type_sums.Add(2, of_tokens, summary.column_means);
      designs.push_back(design.sums());
      scores.push_back(summary.sums);
      pairs.Merge(PairLevelMoments(designs.back(), scores.back(), Response::kScore));
      if (bins.num_bins() == kBins) {
        centre.Add(bins.Centres());
        mean.Add(summary.bins.mean);
      }
    }
    AddNaive("log_norm", norms);
    AddNaive("bin_mean", PairMoments::Of(centre.Average(), mean.Average()));
    AddNaive("pair", pairs);
    for (const TermEstimate& term : PairRegression(designs, Response::kScore).Fit(scores)) {
      if (term.term != PairTerm::kQuery && term.term != PairTerm::kKey) continue;
      outcome_["reject/slope_" + std::string(PairTermName(term.term))] = term.p < 0.05 ? 1 : 0;
    }
    AddTypeLevel(types, type_sums);
    return outcome_;
  }

 private:
  std::vector<float> Scores(std::span<const std::int32_t> ids) {
    std::vector<float> z;
    for (const std::int32_t i : ids) {
      for (const std::int32_t j : ids) {
        z.push_back(static_cast<float>(query_[static_cast<std::size_t>(i)] +
                                       key_[static_cast<std::size_t>(j)] +
                                       kNoise * random_.Normal()));
      }
    }
    return z;
  }

  void AddNaive(const std::string& name, const PairMoments& moments) {
    const double r = moments.Correlation();
    outcome_["reject/naive_" + name] = NaiveP(r, static_cast<double>(moments.n)) < 0.05 ? 1 : 0;
    outcome_["size/" + name] = std::abs(r);
  }

  // The expected r of the types present. At one occurrence, the mean of a type has noise of this
  // variance.
  double ExpectedR(const TypeIndex& types, double noise) const {
    const auto n = static_cast<double>(types.size());
    double mean = 0;
    double inverse_occurrences = 0;
    for (std::size_t type = 0; type < types.size(); ++type) {
      mean += types.log_proportions()[type] / n;
      inverse_occurrences += 1 / static_cast<double>(types.occurrences()[type]) / n;
    }
    double variance = 0;
    for (const double a : types.log_proportions()) variance += (a - mean) * (a - mean) / n;
    const double explained = effect_ * effect_ * variance / (zipf_.deviation * zipf_.deviation);
    const double r_squared =
        explained / (explained + 1 - effect_ * effect_ + noise * inverse_occurrences);
    return std::sqrt(r_squared);
  }

  void AddTypeLevel(const TypeIndex& types, const TypeSums& sums) {
    std::vector<double> values;
    for (std::size_t quantity = 0; quantity < 3; ++quantity) {
      const std::vector<double> means = sums.Means(quantity);
      values.insert(values.end(), means.begin(), means.end());
    }
    const ResamplingOptions options{.permutations = 999, .resamples = 999, .seed = seed_};
    const TypeAssociations found = AssociateTypes(types.log_proportions(), 3, values, options);
    const std::vector<std::string> names = {"type_log_norm", "type_row_score", "type_column_score"};
    for (std::size_t idx = 0; idx < 3; ++idx) {
      // The mean of a row has the noise of its scores and the noise of the keys of its sequence.
      const double noise = idx == 0 ? kNoise * kNoise : (kNoise * kNoise + 1) / kLength;
      const double expected = ExpectedR(types, noise);
      for (const auto& [method, of] :
           {std::pair("pearson", found.pearson[idx]), std::pair("spearman", found.spearman[idx])}) {
        const std::string name = names[idx] + "_" + method;
        outcome_["reject/" + name] = of.p < 0.05 ? 1 : 0;
        // A rank correlation does not estimate the effect, unless there is none.
        if (method == std::string("pearson") || effect_ == 0) {
          outcome_["cover/" + name] = of.lower <= expected && expected <= of.upper ? 1 : 0;
        }
        outcome_["size/" + name] = std::abs(of.estimate);
      }
    }
  }

  const Zipf& zipf_;
  std::uint64_t seed_;
  CounterRandom random_;
  double effect_;
  std::vector<double> query_;  // by type
  std::vector<double> key_;
  std::vector<double> norm_;
  std::vector<std::int32_t> ids_;  // [sequences, length]
  std::vector<double> a_;
  ScoreSummarizer summarizer_;
  Outcome outcome_;
};

int Run(const std::vector<std::string>& arguments) {
  const std::size_t runs = std::stoul(arguments.at(0));
  const std::uint64_t seed = std::stoull(arguments.at(1));
  const double effect = std::stod(arguments.at(2));
  const std::size_t threads = arguments.size() > 3 ? std::stoul(arguments[3]) : 1;
  const Zipf zipf;
  std::map<std::string, std::vector<double>> outcomes;
  ProduceInParallelConsumeInOrder<Outcome>(
      runs, threads,
      [&](std::size_t run, std::size_t /*worker*/) {
        return Simulation(zipf, seed, run, effect).Run();
      },
      [&](std::size_t /*run*/, Outcome&& outcome) {
        for (const auto& [name, value] : outcome) outcomes[name].push_back(value);
      });
  for (auto& [name, values] : outcomes) {
    double total = 0;
    for (const double value : values) total += value;
    if (name.starts_with("size/")) {
      std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(runs / 2));
      std::printf("median/%s %.3f\n", name.substr(5).c_str(), values[runs / 2]);
    } else {
      std::printf("%s %.4f\n", name.c_str(), total / static_cast<double>(runs));
    }
  }
  return 0;
}

}  // namespace
}  // namespace zipflens

int main(int argc, char** argv) {
  try {
    return zipflens::Run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
