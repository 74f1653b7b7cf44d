// One head's keys and values, in the layout that its attention reads.
#pragma once

#include <cstddef>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/precision.h"

namespace zipflens {

/// How one head's products are computed.
enum class HeadProducts {
  kFloats,         // multiply-adds
  kRoundedFloats,  // the same, of operands rounded to bfloat16
  kTiles,          // of bfloat16, on AMX
};

/// How, with this precision, on this machine as far as ZIPFLENS_ISA lets it: in bfloat16 without
/// AMX, attention keeps to float32.
HeadProducts HeadProductsFor(Precision precision);

/// A thread's memory for one head's keys and values, packed anew for each sequence.
class PackedHead {
 public:
  /// For sequences of up to `max_length` tokens. Memory is not touched before it is packed.
  PackedHead(std::size_t max_length, std::size_t head_size, HeadProducts products);

  /// keys: [S, d]. All queries of a sequence are attended with them.
  void PackKeys(MatrixView<const float> keys);
  /// values: [S, d], of the same sequence; only where a context is wanted.
  void PackValues(MatrixView<const float> values);

  HeadProducts products() const { return products_; }
  std::size_t length() const { return length_; }  // S
  std::size_t head_size() const { return head_size_; }

  /// Floats: of K' [d, S] and V [S, d], as panels.h lays them out. Tiles: tiles of K' and of V, as
  /// bfloat16_tiles.h does.
  const std::byte* keys() const { return keys_.data(); }
  const std::byte* values() const { return values_.data(); }

 private:
  HeadProducts products_;
  std::size_t max_length_;
  std::size_t head_size_;
  std::size_t length_ = 0;
  AlignedBuffer<std::byte> keys_;
  AlignedBuffer<std::byte> values_;
};

}  // namespace zipflens
