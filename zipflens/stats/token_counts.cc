#include "zipflens/stats/token_counts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"

namespace zipflens {

void TokenCounts::Add(std::span<const std::int32_t> token_ids) {
  for (const std::int32_t id : token_ids) ++counts[id];
  total += token_ids.size();
}

std::string SmoothingName(Smoothing smoothing) {
  switch (smoothing) {
    case Smoothing::kExclude:
      return "exclude";
    case Smoothing::kLaplace:
      return "laplace";
    case Smoothing::kError:
      return "error";
  }
  return {};
}

std::vector<double> Proportions(const TokenCounts& counts, Smoothing smoothing) {
  ZIPFLENS_CHECK(counts.total > 0);
  const double added = smoothing == Smoothing::kLaplace ? 1.0 : 0.0;
  const double denominator = Real(counts.total) + added * Real(counts.counts.size());
  std::vector<double> proportions;
  proportions.reserve(counts.counts.size());
  for (const std::uint64_t count : counts.counts) {
    proportions.push_back((Real(count) + added) / denominator);
  }
  return proportions;
}

std::vector<double> LogProportions(const TokenCounts& counts, Smoothing smoothing) {
  std::vector<double> values = Proportions(counts, smoothing);
  for (double& value : values) {
    value = value > 0 ? std::log(value) : std::numeric_limits<double>::quiet_NaN();
  }
  return values;
}

std::vector<std::int32_t> MostFrequent(const TokenCounts& counts, std::size_t num) {
  std::vector<std::int32_t> ids(counts.counts.size());
  std::iota(ids.begin(), ids.end(), 0);
  const auto count_of = [&counts](std::int32_t id) { return counts.counts[id]; };
  num = std::min(num, ids.size());
  std::partial_sort(ids.begin(), ids.begin() + num, ids.end(),
                    [&](std::int32_t left, std::int32_t right) {
                      if (count_of(left) != count_of(right))
                        return count_of(left) > count_of(right);
                      return left < right;
                    });
  ids.resize(num);
  while (!ids.empty() && count_of(ids.back()) == 0) ids.pop_back();
  return ids;
}

}  // namespace zipflens
