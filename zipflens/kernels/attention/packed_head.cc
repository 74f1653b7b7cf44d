#include "zipflens/kernels/attention/packed_head.h"

#include <algorithm>
#include <span>

#include "zipflens/base/check.h"
#include "zipflens/kernels/products/amx_tiles.h"
#include "zipflens/kernels/products/bfloat16.h"
#include "zipflens/kernels/products/bfloat16_tiles.h"
#include "zipflens/kernels/products/panels.h"

namespace zipflens {
namespace {

// Number of bytes of a packed matrix [depth, cols].
std::size_t PackedSize(HeadProducts products, std::size_t depth, std::size_t cols) {
  return products == HeadProducts::kTiles ? Bfloat16TilesSize(depth, cols)
                                          : PanelsSize(depth, cols) * sizeof(float);
}

}  // namespace

HeadProducts HeadProductsFor(Precision precision) {
  if (precision == Precision::kEmulatedBfloat16) return HeadProducts::kRoundedFloats;
  const bool uses_tiles = precision == Precision::kBfloat16 && amx::IsAvailable();
  return uses_tiles ? HeadProducts::kTiles : HeadProducts::kFloats;
}

PackedHead::PackedHead(std::size_t max_length, std::size_t head_size, HeadProducts products)
    : products_(products),
      max_length_(max_length),
      head_size_(head_size),
      keys_(PackedSize(products, head_size, max_length)),
      values_(PackedSize(products, max_length, head_size)) {}

void PackedHead::PackKeys(MatrixView<const float> keys) {
  ZIPFLENS_CHECK(keys.rows > 0 && keys.rows <= max_length_ && keys.cols == head_size_);
  length_ = keys.rows;
  if (products_ == HeadProducts::kTiles) return PackBfloat16TilesTransposed(keys, keys_.data());
  auto* panels = reinterpret_cast<float*>(keys_.data());
  PackPanelsTransposed(keys, panels);
  if (products_ != HeadProducts::kRoundedFloats) return;
  RoundToBfloat16InPlace({panels, PanelsSize(head_size_, length_)});
}

void PackedHead::PackValues(MatrixView<const float> values) {
  ZIPFLENS_CHECK(values.rows == length_ && values.cols == head_size_);
  if (products_ == HeadProducts::kTiles) return PackBfloat16Tiles(values, values_.data());
  auto* panels = reinterpret_cast<float*>(values_.data());
  PackPanels(values, panels);
  if (products_ != HeadProducts::kRoundedFloats) return;
  RoundToBfloat16InPlace({panels, PanelsSize(length_, head_size_)});
}

}  // namespace zipflens
