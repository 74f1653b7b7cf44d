// Bin profiles averaged over sequences (docs/analysis.md, part 6).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace zipflens {

/// The running average over sequences of one quantity per bin. Sequences are added in order. A bin
/// whose value is NaN is left out of that bin's average.
class ProfileAverage {
 public:
  explicit ProfileAverage(std::size_t num_bins) : sums_(num_bins, 0.0), num_(num_bins, 0) {}

  /// `values`: [num_bins].
  void Add(std::span<const double> values);

  /// The averages, [num_bins]; NaN for a bin in which no sequence had a value.
  std::vector<double> Average() const;

 private:
  std::vector<double> sums_;
  std::vector<std::size_t> num_;
};

}  // namespace zipflens
