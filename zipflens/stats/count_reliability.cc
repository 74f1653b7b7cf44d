#include "zipflens/stats/count_reliability.h"

#include <cmath>
#include <cstddef>
#include <vector>

#include "zipflens/base/check.h"
#include "zipflens/stats/correlation.h"

namespace zipflens {

// ln(c / N) and ln c differ by a constant, which r does not see.
CountReliability ReliabilityOfCounts(std::span<const std::uint64_t> counts,
                                     std::span<const std::uint64_t> even_counts,
                                     std::span<const std::int32_t> ids) {
  ZIPFLENS_CHECK(counts.size() == even_counts.size());
  CountReliability result;
  std::vector<double> even;
  std::vector<double> odd;
  for (const std::int32_t id : ids) {
    const auto index = static_cast<std::size_t>(id);
    const std::uint64_t in_even = even_counts[index];
    const std::uint64_t in_odd = counts[index] - in_even;
    if (in_even > 0 && in_odd > 0) {
      even.push_back(std::log(static_cast<double>(in_even)));
      odd.push_back(std::log(static_cast<double>(in_odd)));
    } else if (in_even + in_odd > 0) {
      ++result.in_one_half;
    }
  }
  result.n = even.size();
  result.estimate = PearsonCorrelation(even, odd);
  result.stepped_up = 2 * result.estimate / (1 + result.estimate);
  return result;
}

}  // namespace zipflens
