#include "zipflens/stats/type_association.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/check.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/base/numbers.h"
#include "zipflens/kernels/statistics/counter_random.h"
#include "zipflens/kernels/statistics/rank_sums.h"
#include "zipflens/kernels/statistics/resample_products.h"
#include "zipflens/stats/quantiles.h"

namespace zipflens {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Subtracts the mean and scales to unit length, so that r is a dot product. Values that do not vary
// all become NaN.
void StandardiseInPlace(std::span<double> values) {
  const double n = Real(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  double size = 0;
  for (double& value : values) {
    size += value * value;
    value -= mean;
    squares += value * value;
  }
  // The squares that rounding leaves of a constant are not variation.
  const bool varies = squares > 1e-28 * size;
  for (double& value : values) value = varies ? value / std::sqrt(squares) : kNoNumber;
}

// The points in ascending order of one variable, with the runs of equal values.
struct Ordering {
  std::vector<std::uint32_t> order;  // [points]
  std::vector<std::uint32_t> ends;   // exclusive ends of the runs, ascending

  explicit Ordering(std::span<const double> values) : order(values.size()) {
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t idx) { return values[idx]; });
    for (std::uint32_t k = 1; k <= order.size(); ++k) {
      if (k == order.size() || values[order[k]] != values[order[k - 1]]) ends.push_back(k);
    }
  }

  // Writes the mid-rank of each point, [points].
  void MidRanksInto(std::span<double> ranks) const {
    std::uint32_t begin = 0;
    for (const std::uint32_t end : ends) {
      for (std::uint32_t k = begin; k < end; ++k) ranks[order[k]] = (begin + end + 1) / 2.0;
      begin = end;
    }
  }
};

void ProductInto(MatrixView<const double> matrix, const ResamplePanels& resamples,
                 double* product) {
  ResampleProductInto(matrix, resamples, {product, matrix.rows, resamples.padded_columns()});
}

// The standardised quantities for one kind of r. Quantities that do not vary are zero and not
// defined.
struct Standardisation {
  std::vector<double> a;      // [points]
  std::vector<double> cells;  // [quantities, points]
  std::vector<double> r;      // [quantities]
  std::vector<bool> defined;  // [quantities]

  Standardisation(std::vector<double> a_in, std::vector<double> values)
      : a(std::move(a_in)),
        cells(std::move(values)),
        r(cells.size() / a.size(), kNoNumber),
        defined(r.size(), false) {
    StandardiseInPlace(a);
    for (std::size_t row = 0; row < r.size(); ++row) {
      const std::span<double> z = std::span(cells).subspan(row * a.size(), a.size());
      StandardiseInPlace(z);
      const double product = std::inner_product(z.begin(), z.end(), a.begin(), 0.0);
      defined[row] = a.size() >= 3 && std::isfinite(product);
      if (defined[row]) {
        r[row] = std::clamp(product, -1.0, 1.0);
      } else {
        std::ranges::fill(z, 0.0);
      }
    }
  }
  MatrixView<const double> view() const { return {cells.data(), r.size(), a.size()}; }
  bool any() const { return std::ranges::find(defined, true) != defined.end(); }
};

// The buffers of one thread for permutations.
struct PermutationSpace {
  std::vector<std::uint32_t> orders;  // [permutations of a resample block, points]
  ResamplePanels permuted;
  AlignedBuffer<double> r;  // [quantities, permutations of a resample block]

  PermutationSpace(std::size_t points, std::size_t quantities)
      : orders(kResampleBlock * points),
        permuted(points, kResampleBlock),
        r(quantities * kResampleBlock) {}

  void Draw(std::uint64_t seed, std::size_t first, std::size_t count) {
    const std::size_t points = permuted.points();
    for (std::size_t idx = 0; idx < count; ++idx) {
      const auto order = std::span(orders).subspan(idx * points, points);
      std::iota(order.begin(), order.end(), 0U);
      CounterRandom random(seed, RandomPurpose::kTypePermutation, first + idx);
      ShuffleInPlace(order, random);
    }
  }
  // If the block is not full, its last columns keep values of an earlier block; nobody reads them.
  void Permute(std::span<const double> a) {
    const std::size_t points = permuted.points();
    for (std::size_t panel = 0; panel < kResampleBlock / kResamplePanelWidth; ++panel) {
      const std::uint32_t* order = orders.data() + panel * kResamplePanelWidth * points;
      double* to = permuted.Panel(panel);
      for (std::size_t k = 0; k < points; ++k, to += kResamplePanelWidth) {
        for (std::size_t column = 0; column < kResamplePanelWidth; ++column) {
          to[column] = a[order[column * points + k]];
        }
      }
    }
  }
};

// Adds to each quantity the number of permutations of the block whose r is as extreme as its own.
void AddExtreme(const Standardisation& kind, std::size_t count, PermutationSpace& space,
                std::span<std::size_t> extreme) {
  space.Permute(kind.a);
  ProductInto(kind.view(), space.permuted, space.r.data());
  for (std::size_t idx = 0; idx < extreme.size(); ++idx) {
    // Permutations that differ from the data only by rounding count as extreme.
    const double limit = std::abs(kind.r[idx]) * (1 - 1e-12);
    const double* r = space.r.data() + idx * kResampleBlock;
    extreme[idx] +=
        std::count_if(r, r + count, [limit](double value) { return std::abs(value) >= limit; });
  }
}

void AddPermutationTests(const Standardisation& pearson, const Standardisation& spearman,
                         const ResamplingOptions& options, TypeAssociations& result) {
  const std::size_t quantities = pearson.r.size();
  std::vector<PermutationSpace> spaces;
  for (std::size_t idx = 0; idx < std::max<std::size_t>(1, options.num_threads); ++idx) {
    spaces.emplace_back(pearson.a.size(), quantities);
  }
  // [2 * workers][quantities]. These are integers, so their sum does not depend on which worker
  // counted which permutation.
  std::vector<std::vector<std::size_t>> extreme(2 * spaces.size(),
                                                std::vector<std::size_t>(quantities, 0));
  ForResampleBlocks(options.permutations, options.num_threads,
                    [&](std::size_t first, std::size_t count, std::size_t worker_idx) {
                      PermutationSpace& space = spaces[worker_idx];
                      space.Draw(options.seed, first, count);
                      AddExtreme(pearson, count, space, extreme[2 * worker_idx]);
                      AddExtreme(spearman, count, space, extreme[2 * worker_idx + 1]);
                    });
  const auto p_value = [&](std::size_t kind, std::size_t idx) {
    std::size_t count = 0;
    for (std::size_t of = kind; of < extreme.size(); of += 2) count += extreme[of][idx];
    return Real(1 + count) / Real(1 + options.permutations);
  };
  for (std::size_t idx = 0; idx < quantities; ++idx) {
    if (pearson.defined[idx]) result.pearson[idx].p = p_value(0, idx);
    if (spearman.defined[idx]) result.spearman[idx].p = p_value(1, idx);
  }
}

// r from sums over n resampled points; NaN if x or y does not vary in the resample.
double ResampledR(double n, double sum_x, double sum_y, double sum_xx, double sum_yy,
                  double sum_xy) {
  const double xx = sum_xx - sum_x * sum_x / n;
  const double yy = sum_yy - sum_y * sum_y / n;
  if (!(xx > 1e-14 * sum_xx) || !(yy > 1e-14 * sum_yy)) return kNoNumber;
  return std::clamp((sum_xy - sum_x * sum_y / n) / std::sqrt(xx * yy), -1.0, 1.0);
}

// The buffers of one thread for bootstrap resamples.
struct BootstrapSpace {
  static constexpr std::size_t kRows = 8;  // quantities whose squares are computed together

  ResamplePanels weights;
  ResamplePanels weighted_a;
  AlignedBuffer<double> squares;                // [kRows, points]
  AlignedBuffer<double> sum_y, sum_yy, sum_xy;  // [quantities, resamples of a block]
  std::vector<double> group;                    // weights of kRankLanes resamples
  RankSums ranks;

  BootstrapSpace(std::size_t points, std::size_t quantities)
      : weights(points, kResampleBlock),
        weighted_a(points, kResampleBlock),
        squares(kRows * points),
        sum_y(quantities * kResampleBlock),
        sum_yy(quantities * kResampleBlock),
        sum_xy(quantities * kResampleBlock),
        group(points * kRankLanes),
        ranks(points) {}
};

void SquareProductInto(MatrixView<const double> matrix, BootstrapSpace& space) {
  for (std::size_t first = 0; first < matrix.rows; first += BootstrapSpace::kRows) {
    const std::size_t rows = std::min(BootstrapSpace::kRows, matrix.rows - first);
    const double* from = matrix.Row(first);
    for (std::size_t idx = 0; idx < rows * matrix.cols; ++idx) {
      space.squares[idx] = from[idx] * from[idx];
    }
    ProductInto({space.squares.data(), rows, matrix.cols}, space.weights,
                space.sum_yy.data() + first * kResampleBlock);
  }
}

// Writes Pearson's r of each resample to columns first .. first + count - 1 of `r` [quantities,
// resamples]. Reads standardised values.
void PearsonOfResamples(const Standardisation& kind, std::size_t first, std::size_t count,
                        BootstrapSpace& space, Matrix& r) {
  const std::size_t points = kind.a.size();
  std::array<double, kResampleBlock> sum_x{};
  std::array<double, kResampleBlock> sum_xx{};
  for (std::size_t panel = 0; panel < kResampleBlock / kResamplePanelWidth; ++panel) {
    const double* weight = space.weights.Panel(panel);
    double* weighted = space.weighted_a.Panel(panel);
    double* x = sum_x.data() + panel * kResamplePanelWidth;
    double* xx = sum_xx.data() + panel * kResamplePanelWidth;
    for (std::size_t k = 0; k < points;
         ++k, weight += kResamplePanelWidth, weighted += kResamplePanelWidth) {
      for (std::size_t column = 0; column < kResamplePanelWidth; ++column) {
        weighted[column] = weight[column] * kind.a[k];
        x[column] += weighted[column];
        xx[column] += weighted[column] * kind.a[k];
      }
    }
  }
  ProductInto(kind.view(), space.weights, space.sum_y.data());
  SquareProductInto(kind.view(), space);
  ProductInto(kind.view(), space.weighted_a, space.sum_xy.data());
  for (std::size_t row = 0; row < kind.r.size(); ++row) {
    for (std::size_t column = 0; column < count; ++column) {
      const std::size_t cell = row * kResampleBlock + column;
      r(row, first + column) = ResampledR(Real(points), sum_x[column], space.sum_y[cell],
                                          sum_xx[column], space.sum_yy[cell], space.sum_xy[cell]);
    }
  }
}

// Does the same for Spearman's r, with the resampled points ranked anew.
void SpearmanOfResamples(const Ordering& a_order, std::span<const Ordering> orders,
                         std::size_t first, std::size_t count, BootstrapSpace& space, Matrix& r) {
  static_assert(kResamplePanelWidth % kRankLanes == 0);
  const std::size_t points = space.weights.points();
  const auto n = Real(points);
  for (std::size_t begin = 0; begin < count; begin += kRankLanes) {
    const std::size_t lanes = std::min(kRankLanes, count - begin);
    const double* weight =
        space.weights.Panel(begin / kResamplePanelWidth) + begin % kResamplePanelWidth;
    for (std::size_t k = 0; k < points; ++k, weight += kResamplePanelWidth) {
      for (std::size_t lane = 0; lane < kRankLanes; ++lane) {
        space.group[k * kRankLanes + lane] = lane < lanes ? weight[lane] : 1.0;
      }
    }
    const RankMoments a_ranks = space.ranks.SetReference(space.group, a_order.order, a_order.ends);
    for (std::size_t idx = 0; idx < orders.size(); ++idx) {
      const RankMoments moments = space.ranks.Relate(orders[idx].order, orders[idx].ends);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        // Ranks are minus their mean, which is the same in every resample.
        const double xx = a_ranks.squares[lane];
        const double yy = moments.squares[lane];
        const double limit = 1e-12 * n * n * n;
        r(idx, first + begin + lane) =
            xx > limit && yy > limit
                ? std::clamp(moments.products[lane] / std::sqrt(xx * yy), -1.0, 1.0)
                : kNoNumber;
      }
    }
  }
}

void SetIntervals(const Matrix& r, double confidence, std::vector<Association>& associations) {
  for (std::size_t idx = 0; idx < associations.size(); ++idx) {
    if (std::isnan(associations[idx].estimate)) continue;
    const auto row = r.row(idx);
    std::vector<double> resampled(row.begin(), row.end());
    const Interval interval = PercentileInterval(resampled, confidence);
    associations[idx].lower = interval.lower;
    associations[idx].upper = interval.upper;
  }
}

void AddIntervals(const Standardisation& pearson, const Ordering& a_order,
                  std::span<const Ordering> orders, const ResamplingOptions& options,
                  TypeAssociations& result) {
  const std::size_t points = pearson.a.size();
  std::vector<BootstrapSpace> spaces;
  for (std::size_t idx = 0; idx < std::max<std::size_t>(1, options.num_threads); ++idx) {
    spaces.emplace_back(points, orders.size());
  }
  Matrix pearson_r(orders.size(), options.resamples);
  Matrix spearman_r(pearson_r.rows(), pearson_r.cols());
  ForResampleBlocks(options.resamples, options.num_threads,
                    [&](std::size_t first, std::size_t count, std::size_t worker_idx) {
                      BootstrapSpace& space = spaces[worker_idx];
                      DrawResamplesInto(RandomPurpose::kTypeBootstrap, options.seed, first, count,
                                        space.weights);
                      PearsonOfResamples(pearson, first, count, space, pearson_r);
                      SpearmanOfResamples(a_order, orders, first, count, space, spearman_r);
                    });
  SetIntervals(pearson_r, options.confidence, result.pearson);
  SetIntervals(spearman_r, options.confidence, result.spearman);
}

}  // namespace

std::vector<double> MidRanks(std::span<const double> values) {
  std::vector<double> ranks(values.size());
  Ordering(values).MidRanksInto(ranks);
  return ranks;
}

TypeAssociations AssociateTypes(std::span<const double> a, std::size_t quantities,
                                std::vector<double> values, const ResamplingOptions& options) {
  const std::size_t points = a.size();
  ZIPFLENS_CHECK(values.size() == quantities * points);
  TypeAssociations result;
  result.pearson.assign(quantities, {kNoNumber, kNoNumber, kNoNumber, kNoNumber});
  result.spearman = result.pearson;
  if (quantities == 0 || points < 3) return result;

  const Ordering a_order(a);
  std::vector<Ordering> orders;
  std::vector<double> ranks(values.size());
  for (std::size_t row = 0; row < quantities; ++row) {
    orders.emplace_back(std::span(values).subspan(row * points, points));
    orders.back().MidRanksInto(std::span(ranks).subspan(row * points, points));
  }
  const Standardisation pearson({a.begin(), a.end()}, std::move(values));
  std::optional<Standardisation> spearman(std::in_place, MidRanks(a), std::move(ranks));
  for (std::size_t idx = 0; idx < quantities; ++idx) {
    result.pearson[idx].estimate = pearson.r[idx];
    result.spearman[idx].estimate = spearman->r[idx];
  }
  if (!pearson.any()) return result;
  if (options.permutations > 0) AddPermutationTests(pearson, *spearman, options, result);
  spearman.reset();  // frees memory: the bootstrap ranks anew
  if (options.resamples > 0) AddIntervals(pearson, a_order, orders, options, result);
  return result;
}

std::vector<double> BenjaminiHochberg(std::span<const double> p_values) {
  std::vector<std::size_t> order;
  for (std::size_t idx = 0; idx < p_values.size(); ++idx) {
    if (!std::isnan(p_values[idx])) order.push_back(idx);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t idx) { return p_values[idx]; });
  std::vector<double> q_values(p_values.size(), kNoNumber);
  double smallest = 1.0;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const double adjusted = p_values[order[rank - 1]] * Real(order.size()) / Real(rank);
    smallest = std::min(smallest, adjusted);
    q_values[order[rank - 1]] = smallest;
  }
  return q_values;
}

}  // namespace zipflens
