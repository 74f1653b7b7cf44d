#include "zipflens/kernels/products/matmul.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/check.h"
#include "zipflens/kernels/products/bfloat16.h"
#include "zipflens/kernels/products/bfloat16_tile_product.h"
#include "zipflens/kernels/products/bfloat16_tiles.h"
#include "zipflens/kernels/products/panel_product.h"
#include "zipflens/kernels/products/panels.h"
#include "zipflens/kernels/products/split_product.h"

namespace zipflens {

namespace {

// Pads the bias with zeros to whole panels, or to as many columns as panels of tiles have.
AlignedBuffer<float> PadBias(std::span<const float> bias) {
  AlignedBuffer<float> padded(
      std::max(PanelsSize(1, bias.size()),
               Bfloat16TilesSize(1, bias.size()) / kBfloat16StepBytes * kBfloat16PanelCols));
  std::ranges::fill(padded.span(), 0.0f);
  std::ranges::copy(bias, padded.data());
  return padded;
}

}  // namespace

struct PackedLinear::Packed {
  std::size_t out_size = 0;
  std::size_t in_size = 0;
  Precision precision = Precision::kFloat32;
  bool rounds_inputs() const { return precision == Precision::kEmulatedBfloat16; }
  AlignedBuffer<float> bias;  // padded to whole panels
  // W', in one of these layouts:
  AlignedBuffer<float> panels;
  AlignedBuffer<std::byte> tiles;
};

PackedLinear::PackedLinear(MatrixView<const float> weight, std::span<const float> bias,
                           Precision precision) {
  ZIPFLENS_CHECK(bias.size() == weight.rows && weight.cols > 0);
  auto packed = std::make_unique<Packed>();
  packed->out_size = weight.rows;
  packed->in_size = weight.cols;
  packed->bias = PadBias(bias);
  packed->precision = precision;
  if (precision == Precision::kBfloat16) {
    packed->tiles = AlignedBuffer<std::byte>(Bfloat16TilesSize(weight.cols, weight.rows));
    PackBfloat16TilesTransposed(weight, packed->tiles.data());
  } else {
    packed->panels = AlignedBuffer<float>(PanelsSize(weight.cols, weight.rows));
    PackPanelsTransposed(weight, packed->panels.data());
    if (packed->rounds_inputs()) RoundToBfloat16InPlace(packed->panels.span());
  }
  packed_ = std::move(packed);
}

void PackedLinear::LowerPrecision(Precision precision) {
  ZIPFLENS_CHECK(packed_->precision == Precision::kFloat32);
  packed_->precision = precision;
  if (packed_->rounds_inputs()) RoundToBfloat16InPlace(packed_->panels.span());
  if (precision != Precision::kBfloat16) return;
  const std::size_t depth = packed_->in_size;
  const std::size_t cols = packed_->out_size;
  AlignedBuffer<float> unpacked(depth * cols);
  const MatrixView<float> transposed(unpacked.data(), depth, cols);
  UnpackPanels(packed_->panels.data(), transposed);
  packed_->panels = AlignedBuffer<float>();
  packed_->tiles = AlignedBuffer<std::byte>(Bfloat16TilesSize(depth, cols));
  PackBfloat16Tiles(transposed, packed_->tiles.data());
}

PackedLinear::~PackedLinear() = default;
PackedLinear::PackedLinear(PackedLinear&&) noexcept = default;
PackedLinear& PackedLinear::operator=(PackedLinear&&) noexcept = default;

std::size_t PackedLinear::out_size() const { return packed_->out_size; }
std::size_t PackedLinear::in_size() const { return packed_->in_size; }

struct MatmulContext::State {
  PanelProductScratch scratch;
  SplitProductScratch split_scratch;
  Bfloat16TileScratch tile_scratch;
  std::vector<float> rounded;  // inputs rounded to bfloat16

  MatrixView<const float> Round(MatrixView<const float> x) {
    rounded.resize(x.rows * x.cols);
    for (std::size_t row = 0; row < x.rows; ++row) {
      std::ranges::copy(x.RowSpan(row), rounded.data() + row * x.cols);
    }
    RoundToBfloat16InPlace(rounded);
    return {rounded.data(), x.rows, x.cols};
  }
};

MatmulContext::MatmulContext() : state_(std::make_unique<State>()) {}
MatmulContext::~MatmulContext() = default;
MatmulContext::MatmulContext(MatmulContext&&) noexcept = default;
MatmulContext& MatmulContext::operator=(MatmulContext&&) noexcept = default;

void MatmulContext::LinearInto(const PackedLinear& linear, MatrixView<const float> x,
                               std::optional<Activation> activation, MatrixView<float> y) {
  const PackedLinear::Packed& packed = *linear.packed_;
  ZIPFLENS_CHECK(x.cols == packed.in_size && y.cols <= packed.out_size && x.rows == y.rows);
  const float* bias = packed.bias.data();
  if (packed.tiles.size() > 0) {
    Bfloat16TileProductInto(x, packed.tiles.data(), bias, activation, state_->tile_scratch, y);
  } else {
    if (packed.rounds_inputs()) x = state_->Round(x);
    const float* panels = packed.panels.data();
    if (HasSplitProducts()) {
      SplitProductInto(x, panels, bias, activation, state_->split_scratch, y);
    } else {
      PanelProductInto(x, panels, bias, activation, state_->scratch, y);
    }
  }
}

namespace reference {

void LinearInto(MatrixView<const float> weight, std::span<const float> bias,
                MatrixView<const float> x, MatrixView<float> y) {
  for (std::size_t row = 0; row < x.rows; ++row) {
    for (std::size_t col = 0; col < weight.rows; ++col) {
      double sum = 0;
      for (std::size_t k = 0; k < x.cols; ++k) {
        sum += double{x(row, k)} * weight(col, k);
      }
      y(row, col) = static_cast<float>(sum + bias[col]);
    }
  }
}

}  // namespace reference
}  // namespace zipflens
