#include "zipflens/kernels/statistics/rank_sums.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/statistics/rank_sums.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Visits the points in order and calls at_point(cell, rank) for each, for the lanes from
// `first_lane` on. `cell` is the point's index in `cells`, and `rank` its mid-rank minus the mean
// rank.
template <class D, class AtPoint>
HWY_INLINE void Walk(D d, const double* cells, std::size_t first_lane, const std::uint32_t* order,
                     const std::uint32_t* run_ends, std::size_t num_runs, double num_points,
                     const AtPoint& at_point) {
  constexpr std::size_t kCell = 2 * kRankLanes;
  const auto half = hn::Set(d, 0.5);
  // A run of weight w after a total weight of t has the mid-rank t + (w + 1) / 2; the mean rank is
  // (n + 1) / 2.
  auto before = hn::Set(d, -0.5 * num_points);
  std::size_t k = 0;
  for (std::size_t run = 0; run < num_runs; ++run) {
    const std::size_t end = run_ends[run];
    auto weight = hn::LoadU(d, cells + order[k] * kCell + first_lane);
    for (std::size_t other = k + 1; other < end; ++other) {
      weight = hn::Add(weight, hn::LoadU(d, cells + order[other] * kCell + first_lane));
    }
    const auto rank = hn::MulAdd(weight, half, before);
    for (; k < end; ++k) at_point(order[k] * kCell + first_lane, rank);
    before = hn::Add(before, weight);
  }
}

// Writes weight * rank next to each weight. squares[lane] = Sigma weight * rank^2.
void Reference(double* cells, const std::uint32_t* order, const std::uint32_t* run_ends,
               std::size_t num_runs, double num_points, double* squares) {
  const hn::CappedTag<double, kRankLanes> d;
  for (std::size_t lane = 0; lane < kRankLanes; lane += hn::Lanes(d)) {
    auto square = hn::Zero(d);
    Walk(d, cells, lane, order, run_ends, num_runs, num_points,
         [&](std::size_t cell, auto rank) HWY_ATTR {
           const auto weighted = hn::Mul(hn::LoadU(d, cells + cell), rank);
           hn::StoreU(weighted, d, cells + cell + kRankLanes);
           square = hn::MulAdd(weighted, rank, square);
         });
    hn::StoreU(square, d, squares + lane);
  }
}

void RelateTo(const double* cells, const std::uint32_t* order, const std::uint32_t* run_ends,
              std::size_t num_runs, double num_points, double* squares, double* products) {
  const hn::CappedTag<double, kRankLanes> d;
  for (std::size_t lane = 0; lane < kRankLanes; lane += hn::Lanes(d)) {
    auto square = hn::Zero(d);
    auto product = hn::Zero(d);
    Walk(d, cells, lane, order, run_ends, num_runs, num_points,
         [&](std::size_t cell, auto rank) HWY_ATTR {
           square = hn::MulAdd(hn::Mul(hn::LoadU(d, cells + cell), rank), rank, square);
           product = hn::MulAdd(hn::LoadU(d, cells + cell + kRankLanes), rank, product);
         });
    hn::StoreU(square, d, squares + lane);
    hn::StoreU(product, d, products + lane);
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(Reference);
HWY_EXPORT(RelateTo);

RankSums::RankSums(std::size_t num_points) : cells_(num_points * 2 * kRankLanes) {}

RankMoments RankSums::SetReference(std::span<const double> weights,
                                   std::span<const std::uint32_t> order,
                                   std::span<const std::uint32_t> run_ends) {
  const std::size_t points = order.size();
  ZIPFLENS_CHECK(cells_.size() == points * 2 * kRankLanes);
  ZIPFLENS_CHECK(weights.size() == points * kRankLanes);
  ZIPFLENS_CHECK(!run_ends.empty() && run_ends.back() == points);
  for (std::size_t k = 0; k < points; ++k) {
    for (std::size_t lane = 0; lane < kRankLanes; ++lane) {
      cells_[k * 2 * kRankLanes + lane] = weights[k * kRankLanes + lane];
    }
  }
  ApplyInstructionSetLimit();
  RankMoments moments;
  HWY_DYNAMIC_DISPATCH(Reference)
  (cells_.data(), order.data(), run_ends.data(), run_ends.size(), Real(points),
   moments.squares.data());
  return moments;
}

RankMoments RankSums::Relate(std::span<const std::uint32_t> order,
                             std::span<const std::uint32_t> run_ends) const {
  ZIPFLENS_CHECK(cells_.size() == order.size() * 2 * kRankLanes);
  ZIPFLENS_CHECK(!run_ends.empty() && run_ends.back() == order.size());
  ApplyInstructionSetLimit();
  RankMoments moments;
  HWY_DYNAMIC_DISPATCH(RelateTo)
  (cells_.data(), order.data(), run_ends.data(), run_ends.size(), Real(order.size()),
   moments.squares.data(), moments.products.data());
  return moments;
}

namespace reference {

void CentredRanksInto(std::span<const double> weights, std::span<const std::uint32_t> order,
                      std::span<const std::uint32_t> run_ends, std::span<double> ranks) {
  double before = 0;
  double total = 0;
  for (const double weight : weights) total += weight;
  std::size_t k = 0;
  for (const std::uint32_t end : run_ends) {
    double weight = 0;
    for (std::size_t other = k; other < end; ++other) weight += weights[order[other]];
    for (; k < end; ++k) ranks[order[k]] = before + (weight + 1) / 2 - (total + 1) / 2;
    before += weight;
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
