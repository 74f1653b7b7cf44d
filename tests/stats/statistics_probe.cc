// For the Python tests: statistics of raw arrays in a folder DIR, printed as "name value...".
//
//   statistics_probe pairs DIR SEQUENCES LENGTH CENTRE
//     reads a.f64, ids.i32, special.u8, z.f32, bias.f64
//   statistics_probe types DIR POINTS PERMUTATIONS RESAMPLES THREADS
//     reads a.f64, values.f64
//   statistics_probe profile DIR SEQUENCES BINS RESAMPLES THREADS
//     reads centres.f64, values.f64
//   statistics_probe pooled DIR SEQUENCES POINTS RESAMPLES THREADS
//     reads x.f64, y.f64
//   statistics_probe adjust DIR
//     reads p.f64

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "zipflens/base/error.h"
#include "zipflens/stats/explained_share.h"
#include "zipflens/stats/pair_estimates.h"
#include "zipflens/stats/pair_regression.h"
#include "zipflens/stats/sequence_jackknife.h"
#include "zipflens/stats/type_association.h"

namespace zipflens {
namespace {

template <typename T>
std::vector<T> ReadArray(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw InputError({.source = path, .expected = "an array"});
  std::vector<T> values(bytes.size() / sizeof(T));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(values.data()));
  return values;
}

void Print(const std::string& name, const std::vector<double>& values) {
  std::printf("%s", name.c_str());
  for (const double value : values) std::printf(" %.17g", value);
  std::printf("\n");
}

void PrintRegression(const std::vector<DesignSums>& designs, const std::vector<ScoreSums>& scores,
                     Response response) {
  const PairRegression regression(designs, response);
  for (const TermEstimate& term : regression.Fit(scores)) {
    Print(
        "slope/" + std::string(ResponseName(response)) + "/" + std::string(PairTermName(term.term)),
        {static_cast<double>(term.status), term.estimate, term.standard_error, term.lower,
         term.upper, term.p});
  }
  Print("size/" + std::string(ResponseName(response)),
        {static_cast<double>(regression.num_pairs()),
         static_cast<double>(regression.num_clusters())});
}

void RunPairs(const std::string& dir, std::size_t sequences, std::size_t length, double centre) {
  const auto a = ReadArray<double>(dir + "/a.f64");
  const auto ids = ReadArray<std::int32_t>(dir + "/ids.i32");
  const auto special = ReadArray<std::uint8_t>(dir + "/special.u8");
  const auto z = ReadArray<float>(dir + "/z.f32");
  const auto bias = ReadArray<double>(dir + "/bias.f64");
  std::vector<DesignSums> designs;
  std::vector<ScoreSums> scores;
  ScoreSummarizer summarizer;
  for (std::size_t s = 0; s < sequences; ++s) {
    const auto of_sequence = [&](const auto& values) {
      return std::span(values).subspan(s * length, length);
    };
    const PairDesign design(of_sequence(a), of_sequence(ids), of_sequence(special), centre);
    const PairBins bins(of_sequence(a), 10);
    const ScoreSummary summary =
        summarizer.Summarize({z.data() + s * length * length, length, length},
                             {bias.data() + s * 3 * length, 3, length}, PairLayout(design, bins));
    designs.push_back(design.sums());
    scores.push_back(summary.sums);
    Print("bin_mean/" + std::to_string(s), summary.bins.mean);
    Print("centred_bin_mean/" + std::to_string(s), summary.centred_bins.mean);
    Print("centred_bin_std/" + std::to_string(s), summary.centred_bins.std);
    Print("row_means/" + std::to_string(s), summary.row_means);
    Print("column_means/" + std::to_string(s), summary.column_means);
  }
  for (const Response response : {Response::kScore, Response::kRowCentredScore}) {
    PairMoments pooled;
    for (std::size_t s = 0; s < sequences; ++s) {
      pooled.Merge(PairLevelMoments(designs[s], scores[s], response));
    }
    Print("pair/" + std::string(ResponseName(response)), {pooled.Correlation()});
    PrintRegression(designs, scores, response);
    const auto shares = ExplainedShares(designs, scores, response, 0.95);
    for (std::size_t k = 0; k < shares.size(); ++k) {
      Print("explained/" + std::string(ResponseName(response)) + "/" +
                std::string(FrequencyTermsName(static_cast<FrequencyTerms>(k))),
            {shares[k].estimate, shares[k].interval.lower, shares[k].interval.upper});
    }
  }
  const auto split = FourWaySplit(scores);
  for (std::size_t part = 0; part < kNumSplitParts; ++part) {
    Print("split/" + std::string(SplitPartName(static_cast<SplitPart>(part))),
          {split[part].mean, split[part].variance, split[part].share});
  }
}

void PrintAssociations(const std::string& method, const std::vector<Association>& associations) {
  for (std::size_t idx = 0; idx < associations.size(); ++idx) {
    const Association& of = associations[idx];
    Print(method + "/" + std::to_string(idx), {of.estimate, of.lower, of.upper, of.p});
  }
}

int Run(const std::vector<std::string>& arguments) {
  const std::string& dir = arguments.at(1);
  const auto number = [&](std::size_t idx) { return std::stoul(arguments.at(idx)); };
  if (arguments[0] == "pairs") {
    RunPairs(dir, number(2), number(3), std::stod(arguments.at(4)));
  } else if (arguments[0] == "types") {
    const ResamplingOptions options{
        .permutations = number(3), .resamples = number(4), .seed = 11, .num_threads = number(5)};
    std::vector<double> values = ReadArray<double>(dir + "/values.f64");
    const std::size_t quantities = values.size() / number(2);
    const TypeAssociations found =
        AssociateTypes(ReadArray<double>(dir + "/a.f64"), quantities, std::move(values), options);
    PrintAssociations("pearson", found.pearson);
    PrintAssociations("spearman", found.spearman);
  } else if (arguments[0] == "profile") {
    const auto centres = ReadArray<double>(dir + "/centres.f64");
    const auto values = ReadArray<double>(dir + "/values.f64");
    const ProfileBands bands = ProfileIntervals({centres.data(), number(2), number(3)},
                                                {values.data(), number(2), number(3)}, 0.95);
    Print("correlation", {bands.correlation.lower, bands.correlation.upper});
    Print("lower", bands.lower);
    Print("upper", bands.upper);
  } else if (arguments[0] == "pooled") {
    const auto x = ReadArray<double>(dir + "/x.f64");
    const auto y = ReadArray<double>(dir + "/y.f64");
    std::vector<PairMoments> moments;
    for (std::size_t s = 0; s < number(2); ++s) {
      moments.push_back(PairMoments::Of(std::span(x).subspan(s * number(3), number(3)),
                                        std::span(y).subspan(s * number(3), number(3))));
    }
    const Interval interval = PooledCorrelationInterval(moments, 0.95);
    Print("correlation", {interval.lower, interval.upper});
  } else if (arguments[0] == "adjust") {
    Print("q", BenjaminiHochberg(ReadArray<double>(dir + "/p.f64")));
  } else {
    throw UsageError("no such command: " + arguments[0]);
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
