// One head's keys and values, in the layout that attention reads.
#pragma once

#include <cstddef>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/products/precision.h"

namespace zipflens {

/// How one head's products are computed.
enum class HeadProducts {
  kFloats,         // by float32 multiply-adds
  kRoundedFloats,  // the same, with operands rounded to bfloat16
  kTiles,          // in bfloat16, on AMX
};

/// The products for this precision on this machine, within the limit that ZIPFLENS_ISA sets. In
/// bfloat16 without AMX attention uses float32.
HeadProducts HeadProductsFor(Precision precision);

/// One thread's memory for the keys and values of one head, packed anew for each sequence.
class PackedHead {
 public:
  /// For sequences of up to `max_length` tokens. Memory is not touched before something is packed.
  PackedHead(std::size_t max_length, std::size_t head_size, HeadProducts products);

  /// Packs `keys` [S, d] of one sequence, with which all of its queries are attended.
  void PackKeys(MatrixView<const float> keys);
  /// Packs `values` [S, d] of the same sequence. Needed only if a context is computed.
  void PackValues(MatrixView<const float> values);

  HeadProducts products() const { return products_; }
  std::size_t length() const { return length_; }  // S
  std::size_t head_size() const { return head_size_; }

  /// The packed operands. For floats: K' [d, S] and V [S, d] as panels (panels.h). For tiles: K'
  /// and V as tiles (bfloat16_tiles.h).
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
