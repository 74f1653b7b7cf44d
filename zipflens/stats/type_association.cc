#include "zipflens/stats/type_association.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/counter_random.h"
#include "zipflens/base/parallel.h"
#include "zipflens/kernels/rank_sums.h"
#include "zipflens/kernels/resample_products.h"
#include "zipflens/stats/quantiles.h"

namespace zipflens {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
// Resamples of one product: the same for any number of threads, so that results are too.
constexpr std::size_t kBlock = 64;

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Less their mean and of unit length, so that r is a product; all NaN if they do not vary.
std::vector<double> Standardised(std::span<const double> values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  std::vector<double> result;
  double squares = 0;
  double size = 0;
  for (const double value : values) {
    result.push_back(value - mean);
    squares += result.back() * result.back();
    size += value * value;
  }
  // What rounding leaves of a constant is not variation.
  const bool varies = squares > 1e-28 * size;
  for (double& value : result) value = varies ? value / std::sqrt(squares) : kNone;
  return result;
}

// [rows, padded columns of the resamples].
Matrix Product(const Matrix& matrix, const ResampleStrips& resamples) {
  Matrix product(matrix.rows(), static_cast<Eigen::Index>(resamples.padded_columns()));
  ResampleProductInto({matrix.data(), static_cast<std::size_t>(matrix.rows()),
                       static_cast<std::size_t>(matrix.cols())},
                      resamples,
                      {product.data(), static_cast<std::size_t>(product.rows()),
                       static_cast<std::size_t>(product.cols())});
  return product;
}

// The quantities of one kind of r, standardised; those that do not vary are zero.
struct Standardisation {
  std::vector<double> a;      // [points]
  Matrix values;              // [quantities, points]
  std::vector<double> r;      // [quantities]
  std::vector<bool> defined;  // [quantities]

  Standardisation(std::span<const double> a_in, const Matrix& values_in)
      : a(Standardised(a_in)),
        values(values_in.rows(), values_in.cols()),
        r(static_cast<std::size_t>(values_in.rows()), kNone),
        defined(r.size(), false) {
    const auto points = static_cast<std::size_t>(values.cols());
    for (Eigen::Index row = 0; row < values.rows(); ++row) {
      const std::vector<double> z = Standardised({values_in.row(row).data(), points});
      const double product = std::inner_product(z.begin(), z.end(), a.begin(), 0.0);
      const auto idx = static_cast<std::size_t>(row);
      defined[idx] = points >= 3 && std::isfinite(product);
      if (defined[idx]) r[idx] = std::clamp(product, -1.0, 1.0);
      for (std::size_t k = 0; k < points; ++k) {
        values(row, static_cast<Eigen::Index>(k)) = defined[idx] ? z[k] : 0.0;
      }
    }
  }
  bool any() const { return std::ranges::find(defined, true) != defined.end(); }
};

// For each quantity, how many permutations of the block are as extreme as its r.
std::vector<std::size_t> ExtremeInBlock(const Standardisation& kind, std::span<const double> a,
                                        const std::vector<std::vector<std::uint32_t>>& orders) {
  ResampleStrips permuted(a.size(), orders.size());
  for (std::size_t column = 0; column < orders.size(); ++column) {
    double* to = permuted.Strip(column / kStripWidth) + column % kStripWidth;
    for (const std::uint32_t from : orders[column]) {
      *to = a[from];
      to += kStripWidth;
    }
  }
  const Matrix r = Product(kind.values, permuted);  // [quantities, permutations]
  std::vector<std::size_t> extreme(kind.r.size(), 0);
  for (std::size_t idx = 0; idx < extreme.size(); ++idx) {
    // Arrangements that are the same but for rounding count as extreme.
    const double limit = std::abs(kind.r[idx]) * (1 - 1e-12);
    for (std::size_t column = 0; column < orders.size(); ++column) {
      extreme[idx] +=
          std::abs(r(static_cast<Eigen::Index>(idx), static_cast<Eigen::Index>(column))) >= limit
              ? 1
              : 0;
    }
  }
  return extreme;
}

// Runs block(block_idx) -> Result for all blocks of `total` resamples and hands the results on in
// order.
template <typename Result, typename Block, typename Consume>
void ForBlocks(std::size_t total, const ResamplingOptions& options, const Block& block,
               const Consume& consume) {
  const std::size_t num_blocks = (total + kBlock - 1) / kBlock;
  ProduceInParallelConsumeInOrder<Result>(
      num_blocks, std::max<std::size_t>(1, options.num_threads),
      [&](std::size_t idx, std::size_t /*worker*/) {
        return block(idx * kBlock, std::min(kBlock, total - idx * kBlock));
      },
      [&](std::size_t /*idx*/, Result&& result) { consume(std::move(result)); });
}

void AddPermutationTests(const Standardisation& pearson, const Standardisation& spearman,
                         const ResamplingOptions& options, TypeAssociations& result) {
  using Counts = std::pair<std::vector<std::size_t>, std::vector<std::size_t>>;
  Counts extreme{std::vector<std::size_t>(pearson.r.size(), 0),
                 std::vector<std::size_t>(pearson.r.size(), 0)};
  ForBlocks<Counts>(
      options.permutations, options,
      [&](std::size_t first, std::size_t count) {
        std::vector<std::vector<std::uint32_t>> orders(count);
        for (std::size_t idx = 0; idx < count; ++idx) {
          orders[idx].resize(pearson.a.size());
          std::iota(orders[idx].begin(), orders[idx].end(), 0U);
          CounterRandom random(options.seed, RandomPurpose::kTypePermutation, first + idx);
          ShuffleInPlace(std::span(orders[idx]), random);
        }
        return Counts{ExtremeInBlock(pearson, pearson.a, orders),
                      ExtremeInBlock(spearman, spearman.a, orders)};
      },
      [&](Counts&& counts) {
        for (std::size_t idx = 0; idx < counts.first.size(); ++idx) {
          extreme.first[idx] += counts.first[idx];
          extreme.second[idx] += counts.second[idx];
        }
      });
  const auto p_value = [&](std::size_t count) {
    return static_cast<double>(1 + count) / static_cast<double>(1 + options.permutations);
  };
  for (std::size_t idx = 0; idx < pearson.r.size(); ++idx) {
    if (pearson.defined[idx]) result.pearson[idx].p = p_value(extreme.first[idx]);
    if (spearman.defined[idx]) result.spearman[idx].p = p_value(extreme.second[idx]);
  }
}

// How often each point is drawn in each resample: [points, resamples].
ResampleStrips DrawWeights(std::size_t points, std::size_t first, std::size_t count,
                           std::uint64_t seed) {
  ResampleStrips weights(points, count);
  for (std::size_t idx = 0; idx < count; ++idx) {
    CounterRandom random(seed, RandomPurpose::kTypeBootstrap, first + idx);
    double* column = weights.Strip(idx / kStripWidth) + idx % kStripWidth;
    for (std::size_t draw = 0; draw < points; ++draw) {
      column[random.Below(static_cast<std::uint32_t>(points)) * kStripWidth] += 1;
    }
  }
  return weights;
}

// r from sums over n resampled points; NaN where a resample does not vary.
double ResampledR(double n, double sum_x, double sum_y, double sum_xx, double sum_yy,
                  double sum_xy) {
  const double xx = sum_xx - sum_x * sum_x / n;
  const double yy = sum_yy - sum_y * sum_y / n;
  if (!(xx > 1e-14 * sum_xx) || !(yy > 1e-14 * sum_yy)) return kNone;
  return std::clamp((sum_xy - sum_x * sum_y / n) / std::sqrt(xx * yy), -1.0, 1.0);
}

// Pearson's r of each resample, [quantities, resamples], from standardised values.
Matrix PearsonOfResamples(const Standardisation& kind, const Matrix& squares,
                          const ResampleStrips& weights, std::size_t count) {
  const std::size_t points = kind.a.size();
  ResampleStrips weighted_a(points, count);
  std::vector<double> sum_x(count, 0.0);
  std::vector<double> sum_xx(count, 0.0);
  for (std::size_t k = 0; k < points; ++k) {
    for (std::size_t column = 0; column < count; ++column) {
      const double weighted = weights(k, column) * kind.a[k];
      weighted_a(k, column) = weighted;
      sum_x[column] += weighted;
      sum_xx[column] += weighted * kind.a[k];
    }
  }
  const Matrix sum_y = Product(kind.values, weights);
  const Matrix sum_yy = Product(squares, weights);
  const Matrix sum_xy = Product(kind.values, weighted_a);
  Matrix r(sum_y.rows(), static_cast<Eigen::Index>(count));
  for (Eigen::Index row = 0; row < r.rows(); ++row) {
    for (std::size_t column = 0; column < count; ++column) {
      const auto col = static_cast<Eigen::Index>(column);
      r(row, col) = ResampledR(static_cast<double>(points), sum_x[column], sum_y(row, col),
                               sum_xx[column], sum_yy(row, col), sum_xy(row, col));
    }
  }
  return r;
}

// The points of one variable from the smallest, with its runs of equal values.
struct Ordering {
  std::vector<std::uint32_t> order;  // [points]
  std::vector<std::uint32_t> ends;   // ends of the runs, ascending

  explicit Ordering(std::span<const double> values) : order(values.size()) {
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t idx) { return values[idx]; });
    for (std::uint32_t k = 1; k <= order.size(); ++k) {
      if (k == order.size() || values[order[k]] != values[order[k - 1]]) ends.push_back(k);
    }
  }
};

// Spearman's r of each resample, [quantities, resamples]: the resampled points ranked anew.
Matrix SpearmanOfResamples(const Ordering& a_order, const std::vector<Ordering>& orders,
                           const ResampleStrips& weights, std::size_t count) {
  const std::size_t points = weights.points();
  const auto n = static_cast<double>(points);
  Matrix r(static_cast<Eigen::Index>(orders.size()), static_cast<Eigen::Index>(count));
  RankSums ranks(points);
  std::vector<double> group(points * kRankLanes, 0.0);  // weights of kRankLanes resamples
  for (std::size_t first = 0; first < count; first += kRankLanes) {
    const std::size_t lanes = std::min(kRankLanes, count - first);
    for (std::size_t k = 0; k < points; ++k) {
      for (std::size_t lane = 0; lane < kRankLanes; ++lane) {
        group[k * kRankLanes + lane] = lane < lanes ? weights(k, first + lane) : 1.0;
      }
    }
    const RankMoments a_ranks = ranks.SetReference(group, a_order.order, a_order.ends);
    for (std::size_t idx = 0; idx < orders.size(); ++idx) {
      const RankMoments moments = ranks.Relate(orders[idx].order, orders[idx].ends);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        // Ranks are less their mean, which is the same in every resample.
        const double xx = a_ranks.squares[lane];
        const double yy = moments.squares[lane];
        const double limit = 1e-12 * n * n * n;
        r(static_cast<Eigen::Index>(idx), static_cast<Eigen::Index>(first + lane)) =
            xx > limit && yy > limit
                ? std::clamp(moments.products[lane] / std::sqrt(xx * yy), -1.0, 1.0)
                : kNone;
      }
    }
  }
  return r;
}

void AddIntervals(const Standardisation& pearson, std::span<const double> a, const Matrix& values,
                  const ResamplingOptions& options, TypeAssociations& result) {
  const Matrix squares = pearson.values.cwiseAbs2();
  const auto points = static_cast<std::size_t>(values.cols());
  const Ordering a_order(a);
  std::vector<Ordering> orders;
  for (Eigen::Index row = 0; row < values.rows(); ++row) {
    orders.emplace_back(std::span(values.row(row).data(), points));
  }
  using Resampled = std::pair<Matrix, Matrix>;
  std::vector<std::vector<double>> all_pearson(orders.size());
  std::vector<std::vector<double>> all_spearman(orders.size());
  ForBlocks<Resampled>(
      options.resamples, options,
      [&](std::size_t first, std::size_t count) {
        const ResampleStrips weights = DrawWeights(points, first, count, options.seed);
        return Resampled{PearsonOfResamples(pearson, squares, weights, count),
                         SpearmanOfResamples(a_order, orders, weights, count)};
      },
      [&](Resampled&& block) {
        for (std::size_t idx = 0; idx < orders.size(); ++idx) {
          const auto row = static_cast<Eigen::Index>(idx);
          for (Eigen::Index col = 0; col < block.first.cols(); ++col) {
            all_pearson[idx].push_back(block.first(row, col));
            all_spearman[idx].push_back(block.second(row, col));
          }
        }
      });
  const auto set = [&](std::vector<double>& resampled, Association& association) {
    if (std::isnan(association.estimate)) return;
    const Interval interval = PercentileInterval(resampled, options.confidence);
    association.lower = interval.lower;
    association.upper = interval.upper;
  };
  for (std::size_t idx = 0; idx < orders.size(); ++idx) {
    set(all_pearson[idx], result.pearson[idx]);
    set(all_spearman[idx], result.spearman[idx]);
  }
}

}  // namespace

std::vector<double> MidRanks(std::span<const double> values) {
  const Ordering ordering(values);
  std::vector<double> ranks(values.size());
  std::uint32_t begin = 0;
  for (const std::uint32_t end : ordering.ends) {
    for (std::uint32_t k = begin; k < end; ++k) ranks[ordering.order[k]] = (begin + end + 1) / 2.0;
    begin = end;
  }
  return ranks;
}

TypeAssociations AssociateTypes(std::span<const double> a, MatrixView<const double> values,
                                const ResamplingOptions& options) {
  ZIPFLENS_CHECK(values.cols == a.size());
  const auto quantities = static_cast<Eigen::Index>(values.rows);
  const auto points = static_cast<Eigen::Index>(values.cols);
  TypeAssociations result;
  result.pearson.assign(values.rows, {kNone, kNone, kNone, kNone});
  result.spearman = result.pearson;
  if (values.rows == 0 || a.size() < 3) return result;

  Matrix raw(quantities, points);
  Matrix ranks(quantities, points);
  for (std::size_t row = 0; row < values.rows; ++row) {
    const auto to = static_cast<Eigen::Index>(row);
    std::ranges::copy(values.RowSpan(row), raw.row(to).data());
    std::ranges::copy(MidRanks(values.RowSpan(row)), ranks.row(to).data());
  }
  const Standardisation pearson(a, raw);
  const Standardisation spearman(MidRanks(a), ranks);
  for (std::size_t idx = 0; idx < values.rows; ++idx) {
    result.pearson[idx].estimate = pearson.r[idx];
    result.spearman[idx].estimate = spearman.r[idx];
  }
  if (!pearson.any()) return result;
  if (options.permutations > 0) AddPermutationTests(pearson, spearman, options, result);
  if (options.resamples > 0) AddIntervals(pearson, a, raw, options, result);
  return result;
}

std::vector<double> BenjaminiHochberg(std::span<const double> p_values) {
  std::vector<std::size_t> order;
  for (std::size_t idx = 0; idx < p_values.size(); ++idx) {
    if (!std::isnan(p_values[idx])) order.push_back(idx);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t idx) { return p_values[idx]; });
  std::vector<double> q_values(p_values.size(), kNone);
  double smallest = 1.0;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const double adjusted =
        p_values[order[rank - 1]] * static_cast<double>(order.size()) / static_cast<double>(rank);
    smallest = std::min(smallest, adjusted);
    q_values[order[rank - 1]] = smallest;
  }
  return q_values;
}

}  // namespace zipflens
