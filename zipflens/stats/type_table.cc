#include "zipflens/stats/type_table.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

constexpr double kUnit = 0x1p-36;
constexpr double kLargest = 0x1p26;

}  // namespace

TypeIndex::TypeIndex(std::span<const std::int32_t> token_ids,
                     std::span<const double> log_proportions) {
  ZIPFLENS_CHECK(token_ids.size() == log_proportions.size());
  for (std::size_t i = 0; i < token_ids.size(); ++i) {
    if (std::isfinite(log_proportions[i])) ids_.push_back(token_ids[i]);
  }
  std::ranges::sort(ids_);
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  log_proportions_.resize(ids_.size());
  occurrences_.assign(ids_.size(), 0);
  for (std::size_t i = 0; i < token_ids.size(); ++i) {
    if (!std::isfinite(log_proportions[i])) continue;
    const std::size_t type = TypeOf(token_ids[i]);
    log_proportions_[type] = log_proportions[i];
    ++occurrences_[type];
  }
}

std::size_t TypeIndex::TypeOf(std::int32_t token_id) const {
  const auto found = std::ranges::lower_bound(ids_, token_id);
  if (found == ids_.end() || *found != token_id) return kNoType;
  return found - ids_.begin();
}

TypeSums::TypeSums(std::size_t num_quantities, std::size_t num_types)
    : num_types_(num_types), sums_(num_quantities * num_types, 0), counts_(num_types, 0) {}

void TypeSums::Count(std::span<const std::size_t> types) {
  for (const std::size_t type : types) {
    if (type != TypeIndex::kNoType) ++counts_.at(type);
  }
}

void TypeSums::Add(std::size_t quantity, std::span<const std::size_t> types,
                   std::span<const double> values) {
  ZIPFLENS_CHECK(types.size() == values.size());
  ZIPFLENS_CHECK((quantity + 1) * num_types_ <= sums_.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (types[i] == TypeIndex::kNoType) continue;
    ZIPFLENS_CHECK(types[i] < num_types_);
    const std::size_t cell = quantity * num_types_ + types[i];
    if (!(std::abs(values[i]) < kLargest) ||
        __builtin_add_overflow(sums_[cell], std::llround(values[i] / kUnit), &sums_[cell])) {
      throw Error("a type-level sum is beyond its range of 2^26: the values are too large");
    }
  }
}

std::vector<bool> TypeSums::Present() const {
  std::vector<bool> present(num_types_);
  for (std::size_t type = 0; type < num_types_; ++type) present[type] = counts_[type] > 0;
  return present;
}

std::vector<double> TypeSums::Means(std::size_t quantity) const {
  std::vector<double> means(num_types_, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t type = 0; type < num_types_; ++type) {
    if (counts_[type] == 0) continue;
    const auto sum = static_cast<double>(sums_[quantity * num_types_ + type]);
    means[type] = sum / Real(counts_[type]) * kUnit;
  }
  return means;
}

}  // namespace zipflens
