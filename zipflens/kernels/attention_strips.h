// The memory that attention computes in: a strip of queries at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "zipflens/kernels/bfloat16_tiles.h"

namespace zipflens {

/// Rows of scores come this many at a time: a strip.
inline constexpr std::size_t kScoreStripRows = 12;

/// Numbers between rows of AttentionStrips::weights: an odd number of cache lines.
constexpr std::size_t WeightStride(std::size_t length) {
  return (NumBfloat16Steps(length) | 1) * kBfloat16StepDepth;
}

/// What AttentionScratch holds.
struct AttentionStrips {
  float* queries;          // the strip's rows; as bfloat16 where the products want it
  float* scores;           // the strip's rows, every key
  std::uint16_t* weights;  // the same as bfloat16, where the products want it
  float* tile;             // two tiles of the context
  float* rows;             // the strip's scores side by side, for sequences beyond kPassDepth
};

}  // namespace zipflens
