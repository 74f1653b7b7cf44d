// Makes table columns with regular values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace zipflens {

/// Returns `num` copies of `value`.
template <typename T>
std::vector<T> Repeated(std::size_t num, T value) {
  return std::vector<T>(num, value);
}

/// Returns 0, 1, ..., num - 1.
inline std::vector<std::int32_t> Ascending(std::size_t num) {
  std::vector<std::int32_t> values(num);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

}  // namespace zipflens
