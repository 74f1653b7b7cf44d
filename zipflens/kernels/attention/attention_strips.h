// The memory that attention uses for one strip of queries.
#pragma once

#include <cstddef>
#include <cstdint>

#include "zipflens/kernels/products/bfloat16_tiles.h"

namespace zipflens {

/// Number of queries in a strip, whose rows of scores are computed together.
inline constexpr std::size_t kScoreStripRows = 12;

/// The distance between rows of AttentionStrips::weights, in elements: an odd number of cache
/// lines.
constexpr std::size_t WeightStride(std::size_t length) {
  return (NumBfloat16Steps(length) | 1) * kBfloat16StepDepth;
}

/// The buffers of AttentionScratch.
struct AttentionStrips {
  float* queries;  // the strip's queries, as floats or as bfloat16, as the products read them
  float* scores;   // the strip's scores, all keys
  std::uint16_t* weights;  // the strip's weights of the values, if the products read bfloat16
  float* tile;             // two tiles of the context
  float* rows;             // the strip's scores as [rows, S], for sequences longer than kPassDepth
};

}  // namespace zipflens
