#include "zipflens/probes/finite_check.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

// A float is not finite if all bits of its exponent are ones. The loop has no branch, so that the
// compiler vectorises it.
bool AllFinite(std::span<const float> values) {
  constexpr std::uint32_t kExponent = 0x7F800000U;
  std::uint32_t bad = 0;
  for (const float value : values) {
    bad |= (std::bit_cast<std::uint32_t>(value) & kExponent) == kExponent ? 1U : 0U;
  }
  return bad == 0;
}

void RequireFiniteRow(const ProbePoint& point, std::size_t sequence_idx, std::size_t row,
                      std::span<const float> values) {
  if (AllFinite(values)) return;
  std::size_t col = 0;
  while (std::isfinite(values[col])) ++col;
  throw Error(fmt::format("{} of sequence {} is {} at [{}, {}] (layer {}): expected finite numbers",
                          PointName(point), sequence_idx, values[col], row, col, point.layer));
}

}  // namespace

void RequireFinite(const ProbePoint& point, std::size_t sequence_idx,
                   MatrixView<const float> values) {
  for (std::size_t row = 0; row < values.rows; ++row) {
    RequireFiniteRow(point, sequence_idx, row, values.RowSpan(row));
  }
}

void RequireFinite(const ProbePoint& point, std::size_t sequence_idx, const ScoreRows& rows) {
  for (std::size_t row = 0; row < rows.queries.size(); ++row) {
    RequireFiniteRow(point, sequence_idx, rows.queries[row], rows.scores.RowSpan(row));
  }
}

}  // namespace zipflens
