// Makes table columns with regular values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "zipflens/base/check.h"

namespace zipflens {

/// Returns `num` copies of `value`.
template <typename T>
std::vector<T> Repeated(std::size_t num, T value) {
  return std::vector<T>(num, value);
}

/// An index as the value of a kInt32 column.
inline std::int32_t ColumnIndex(std::size_t index) {
  ZIPFLENS_CHECK(index <= std::numeric_limits<std::int32_t>::max());
  return static_cast<std::int32_t>(index);
}

/// Returns 0, 1, ..., num - 1.
inline std::vector<std::int32_t> Ascending(std::size_t num) {
  std::vector<std::int32_t> values(num);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

}  // namespace zipflens
