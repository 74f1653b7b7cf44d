// How often 95 % intervals over sequences contain the truth, for sequences drawn from real ones.
//   interval_coverage STUDY RUNS SEED
// The sequences of a study are the population: each run draws G of them with replacement, and the
// truth is the correlation over all of them. Prints one line per measure and G: its name, G, and
// the share of intervals that contain the truth, over runs and layers. bin_mean_band is the
// interval of a bin's mean.

#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "zipflens/base/error.h"
#include "zipflens/kernels/statistics/counter_random.h"
#include "zipflens/stats/profile_average.h"
#include "zipflens/stats/sequence_jackknife.h"
#include "zipflens/tables/table_reader.h"

namespace zipflens {
namespace {

constexpr std::size_t kSizes[] = {8, 16, 30, 64};  // G

/// The columns of a table, numbers only.
class Table {
 public:
  Table(const std::filesystem::path& path, const std::vector<TableColumn>& columns) {
    ReadTable(path, columns, [&](const ReadColumns& block) {
      for (std::size_t k = 0; k < columns.size(); ++k) {
        std::visit([&](const auto& values) { Append(columns[k].name, values); }, block[k]);
      }
    });
  }
  double At(const std::string& column, std::size_t row) const { return columns_.at(column)[row]; }
  const std::string& TextAt(std::size_t row) const { return text_[row]; }
  std::size_t size() const { return columns_.empty() ? 0 : columns_.begin()->second.size(); }

 private:
  template <typename T>
  void Append(const std::string& name, const std::vector<T>& values) {
    if constexpr (std::is_arithmetic_v<T>) {
      std::vector<double>& column = columns_[name];
      for (const T value : values) column.push_back(static_cast<double>(value));
    } else {
      text_.insert(text_.end(), values.begin(), values.end());
    }
  }
  std::map<std::string, std::vector<double>> columns_;
  std::vector<std::string> text_;
};

/// The sequences of a study: for each measure and layer, what its interval is computed from.
struct Population {
  std::map<std::pair<std::string, int>, std::vector<PairMoments>> moments;  // [sequences]
  struct Profile {
    std::map<int, std::vector<double>> centres;  // sequence -> [bins]
    std::map<int, std::vector<double>> values;
  };
  std::map<std::pair<std::string, int>, Profile> profiles;
};

void AddPairs(const std::filesystem::path& study, Population& population) {
  const Table designs(study / "design_sums.parquet", {{"sequence", ColumnType::kInt32},
                                                      {"mean_u", ColumnType::kDouble},
                                                      {"sum_squares_u", ColumnType::kDouble}});
  const Table sums(study / "pair_sums.parquet", {{"sequence", ColumnType::kInt32},
                                                 {"layer", ColumnType::kInt32},
                                                 {"head", ColumnType::kInt32},
                                                 {"num_pairs", ColumnType::kInt64},
                                                 {"mean", ColumnType::kDouble},
                                                 {"sum_squares", ColumnType::kDouble},
                                                 {"product_query", ColumnType::kDouble},
                                                 {"product_key", ColumnType::kDouble}});
  for (std::size_t row = 0; row < sums.size(); ++row) {
    if (sums.At("head", row) != -1) continue;
    const auto sequence = static_cast<std::size_t>(sums.At("sequence", row));
    PairMoments moments;
    moments.n = static_cast<std::uint64_t>(sums.At("num_pairs", row));
    moments.mean_x = designs.At("mean_u", sequence);
    moments.mean_y = sums.At("mean", row);
    moments.sum_xx = designs.At("sum_squares_u", sequence);
    moments.sum_yy = sums.At("sum_squares", row);
    moments.sum_xy = sums.At("product_query", row) + sums.At("product_key", row);
    population.moments[{"pair", static_cast<int>(sums.At("layer", row))}].push_back(moments);
  }
}

void AddLogNorms(const std::filesystem::path& study, Population& population) {
  const Table batch(study / "batch.parquet", {{"sequence", ColumnType::kInt32},
                                              {"position", ColumnType::kInt32},
                                              {"log_proportion", ColumnType::kDouble}});
  const Table norms(study / "adjustments.parquet", {{"sequence", ColumnType::kInt32},
                                                    {"position", ColumnType::kInt32},
                                                    {"layer", ColumnType::kInt32},
                                                    {"log_norm", ColumnType::kFloat}});
  std::map<std::pair<int, int>, std::pair<std::vector<double>, std::vector<double>>> points;
  std::map<std::pair<int, int>, double> a;
  for (std::size_t row = 0; row < batch.size(); ++row) {
    a[{static_cast<int>(batch.At("sequence", row)), static_cast<int>(batch.At("position", row))}] =
        batch.At("log_proportion", row);
  }
  for (std::size_t row = 0; row < norms.size(); ++row) {
    const int sequence = static_cast<int>(norms.At("sequence", row));
    const int position = static_cast<int>(norms.At("position", row));
    if (position == 0) continue;
    auto& [x, y] = points[{static_cast<int>(norms.At("layer", row)), sequence}];
    x.push_back(a.at({sequence, position}));
    y.push_back(norms.At("log_norm", row));
  }
  for (const auto& [key, xy] : points) {
    population.moments[{"log_norm", key.first}].push_back(PairMoments::Of(xy.first, xy.second));
  }
}

void AddProfiles(const std::filesystem::path& study, Population& population) {
  const Table bins(study / "profiles.parquet", {{"sequence", ColumnType::kInt32},
                                                {"layer", ColumnType::kInt32},
                                                {"head", ColumnType::kInt32},
                                                {"scores", ColumnType::kString},
                                                {"centre", ColumnType::kDouble},
                                                {"mean", ColumnType::kDouble},
                                                {"std", ColumnType::kDouble}});
  for (std::size_t row = 0; row < bins.size(); ++row) {
    const int sequence = static_cast<int>(bins.At("sequence", row));
    if (sequence < 0 || bins.At("head", row) != -1) continue;
    const int layer = static_cast<int>(bins.At("layer", row));
    const bool is_raw = bins.TextAt(row) == "raw";
    const auto add = [&](const std::string& name, const std::string& column) {
      Population::Profile& profile = population.profiles[{name, layer}];
      profile.centres[sequence].push_back(bins.At("centre", row));
      profile.values[sequence].push_back(bins.At(column, row));
    };
    add(is_raw ? "bin_mean" : "bin_mean_row_centred", "mean");
    if (is_raw) add("bin_std", "std");
  }
}

/// Counts how many intervals contain the truth.
class Coverage {
 public:
  void Add(const std::string& name, std::size_t num, const Interval& interval, double truth) {
    auto& [covered, all] = counts_[{name, num}];
    covered += interval.lower <= truth && truth <= interval.upper ? 1 : 0;
    ++all;
  }
  void Print() const {
    for (const auto& [key, count] : counts_) {
      std::printf("%s %zu %.4f\n", key.first.c_str(), key.second, count.first / count.second);
    }
  }

 private:
  std::map<std::pair<std::string, std::size_t>, std::pair<double, double>> counts_;
};

// The numbers of G sequences drawn with replacement from `num`.
std::vector<std::size_t> Draw(std::size_t num, std::size_t size, CounterRandom& random) {
  std::vector<std::size_t> drawn;
  for (std::size_t k = 0; k < size; ++k) {
    drawn.push_back(random.Below(static_cast<std::uint32_t>(num)));
  }
  return drawn;
}

void CoverMoments(const std::string& name, const std::vector<PairMoments>& all,
                  const std::vector<std::size_t>& drawn, Coverage& coverage) {
  PairMoments truth;
  for (const PairMoments& sequence : all) truth.Merge(sequence);
  std::vector<PairMoments> sample;
  for (const std::size_t k : drawn) sample.push_back(all[k]);
  coverage.Add(name, drawn.size(), PooledCorrelationInterval(sample, 0.95), truth.Correlation());
}

void CoverProfile(const std::string& name, const Population::Profile& all, std::size_t num_bins,
                  const std::vector<std::size_t>& drawn, Coverage& coverage) {
  ProfileAverage centre(num_bins);
  ProfileAverage value(num_bins);
  std::vector<const std::vector<double>*> centres;
  std::vector<const std::vector<double>*> values;
  for (const auto& [sequence, of] : all.centres) {
    if (of.size() != num_bins) continue;
    centres.push_back(&of);
    values.push_back(&all.values.at(sequence));
    centre.Add(*centres.back());
    value.Add(*values.back());
  }
  std::vector<double> x;
  std::vector<double> y;
  for (const std::size_t k : drawn) {
    x.insert(x.end(), centres[k % centres.size()]->begin(), centres[k % centres.size()]->end());
    y.insert(y.end(), values[k % values.size()]->begin(), values[k % values.size()]->end());
  }
  const ProfileBands bands = ProfileIntervals({x.data(), drawn.size(), num_bins},
                                              {y.data(), drawn.size(), num_bins}, 0.95);
  const std::vector<double> truth = value.Average();
  coverage.Add(name, drawn.size(), bands.correlation, PearsonCorrelation(centre.Average(), truth));
  if (name != "bin_mean") return;
  for (std::size_t bin = 0; bin < num_bins; ++bin) {
    coverage.Add("bin_mean_band", drawn.size(), {bands.lower[bin], bands.upper[bin]}, truth[bin]);
  }
}

int Run(const std::vector<std::string>& arguments) {
  const std::filesystem::path study = arguments.at(0);
  const std::size_t runs = std::stoul(arguments.at(1));
  const std::uint64_t seed = std::stoull(arguments.at(2));
  Population population;
  AddPairs(study, population);
  AddLogNorms(study, population);
  AddProfiles(study, population);
  Coverage coverage;
  for (std::size_t run = 0; run < runs; ++run) {
    CounterRandom random(seed, RandomPurpose::kSimulation, run);
    for (const std::size_t size : kSizes) {
      const std::size_t num = population.moments.begin()->second.size();
      const std::vector<std::size_t> drawn = Draw(num, size, random);
      for (const auto& [key, moments] : population.moments) {
        CoverMoments(key.first, moments, drawn, coverage);
      }
      for (const auto& [key, profile] : population.profiles) {
        CoverProfile(key.first, profile, profile.centres.begin()->second.size(), drawn, coverage);
      }
    }
  }
  coverage.Print();
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
