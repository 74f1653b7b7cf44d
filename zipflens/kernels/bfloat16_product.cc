#include "zipflens/kernels/bfloat16_product.h"

#include <algorithm>
#include <cstdint>
#include <dnnl.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/check.h"
#include "zipflens/kernels/bfloat16.h"
#include "zipflens/kernels/instruction_set.h"

// Of OpenMP's interface, what is needed here: <omp.h> is the compiler's own header, and not every
// tool that reads this file has one.
extern "C" {
int omp_get_max_threads();                  // NOLINT(readability-identifier-naming): theirs
void omp_set_num_threads(int num_threads);  // NOLINT(readability-identifier-naming): theirs
}

namespace zipflens {
namespace {

using dnnl::memory;

// Holds this thread's products to one thread each: oneDNN splits work by OpenMP's setting, when a
// product is prepared and when it runs.
class SingleThreadScope {
 public:
  SingleThreadScope() : previous_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~SingleThreadScope() { omp_set_num_threads(previous_); }
  SingleThreadScope(const SingleThreadScope&) = delete;
  SingleThreadScope& operator=(const SingleThreadScope&) = delete;

 private:
  int previous_;
};

// Everything of oneDNN's begins here, hence after the limit.
const dnnl::engine& CpuEngine() {
  static const dnnl::engine engine = [] {
    ApplyInstructionSetLimit();
    return dnnl::engine(dnnl::engine::kind::cpu, 0);
  }();
  return engine;
}

using Type = memory::data_type;

memory::desc RowMajor(std::size_t rows, std::size_t cols, Type type) {
  return {{static_cast<memory::dim>(rows), static_cast<memory::dim>(cols)},
          type,
          memory::format_tag::ab};
}

// What both generations of oneDNN's interface have in common.
dnnl::matmul::primitive_desc DescribeProduct(const memory::desc& x, const memory::desc& weight,
                                             const memory::desc& bias, const memory::desc& y) {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
#if DNNL_VERSION_MAJOR >= 3
  return {CpuEngine(), x, weight, bias, y, attributes};
#else
  return {dnnl::matmul::desc(x, weight, bias, y), attributes, CpuEngine()};
#endif
}

// A product prepared for one number of rows and one shape of weight.
struct PreparedProduct {
  PreparedProduct(std::size_t rows_in, const memory::desc& weight,
                  const dnnl::matmul::primitive_desc& description)
      : rows(rows_in),
        weight_layout(weight),
        primitive(description),
        x(description.src_desc(), CpuEngine(), nullptr),
        y(description.dst_desc(), CpuEngine(), nullptr),
        scratchpad(description.scratchpad_desc(), CpuEngine(), nullptr) {}

  std::size_t rows;
  memory::desc weight_layout;
  dnnl::matmul primitive;
  memory x, y, scratchpad;
};

}  // namespace

bool HasBfloat16Products() {
  CpuEngine();
  const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  const auto needed = static_cast<unsigned>(dnnl::cpu_isa::avx512_core_bf16);
  return (isa & needed) == needed;
}

struct Bfloat16Weight::Packed {
  std::size_t out_size = 0;
  std::size_t in_size = 0;
  memory weight;  // [in, out], as the product wants it
  memory bias;    // [1, out]
};

Bfloat16Weight::Bfloat16Weight(MatrixView<const float> weight, std::span<const float> bias,
                               std::size_t expected_rows) {
  ZIPFLENS_CHECK(bias.size() == weight.rows && expected_rows > 0);
  const SingleThreadScope single_thread;
  const memory::desc any_layout(
      {static_cast<memory::dim>(weight.cols), static_cast<memory::dim>(weight.rows)}, Type::bf16,
      memory::format_tag::any);
  const dnnl::matmul::primitive_desc description = DescribeProduct(
      RowMajor(expected_rows, weight.cols, Type::bf16), any_layout,
      RowMajor(1, weight.rows, Type::f32), RowMajor(expected_rows, weight.rows, Type::f32));
  auto packed = std::make_unique<Packed>();
  packed->out_size = weight.rows;
  packed->in_size = weight.cols;
  packed->weight = memory(description.weights_desc(), CpuEngine());
  packed->bias = memory(RowMajor(1, bias.size(), Type::f32), CpuEngine());
  std::ranges::copy(bias, static_cast<float*>(packed->bias.get_data_handle()));
  // oneDNN takes pointers to what it only reads without const.
  memory transposed({{static_cast<memory::dim>(weight.cols), static_cast<memory::dim>(weight.rows)},
                     Type::f32,
                     memory::dims{1, static_cast<memory::dim>(weight.stride)}},
                    CpuEngine(), const_cast<float*>(weight.data));
  dnnl::stream stream(CpuEngine());
  dnnl::reorder(transposed, packed->weight).execute(stream, transposed, packed->weight);
  stream.wait();
  packed_ = std::move(packed);
}

Bfloat16Weight::~Bfloat16Weight() = default;
Bfloat16Weight::Bfloat16Weight(Bfloat16Weight&&) noexcept = default;
Bfloat16Weight& Bfloat16Weight::operator=(Bfloat16Weight&&) noexcept = default;

struct Bfloat16Products::State {
  dnnl::stream stream{CpuEngine()};
  std::vector<PreparedProduct> prepared;
  AlignedBuffer<std::byte> scratchpad;   // of the largest product; shared, as products run in turn
  AlignedBuffer<std::uint16_t> rounded;  // x

  PreparedProduct& Find(const Bfloat16Weight::Packed& packed, std::size_t rows) {
    const memory::desc layout = packed.weight.get_desc();
    for (PreparedProduct& candidate : prepared) {
      if (candidate.rows == rows && candidate.weight_layout == layout) return candidate;
    }
    PreparedProduct& made =
        prepared.emplace_back(rows, layout,
                              DescribeProduct(RowMajor(rows, packed.in_size, Type::bf16), layout,
                                              RowMajor(1, packed.out_size, Type::f32),
                                              RowMajor(rows, packed.out_size, Type::f32)));
    const std::size_t bytes = made.scratchpad.get_desc().get_size();
    if (bytes > scratchpad.size()) scratchpad = AlignedBuffer<std::byte>(bytes);
    return made;
  }
};

Bfloat16Products::Bfloat16Products() : state_(std::make_unique<State>()) {}
Bfloat16Products::~Bfloat16Products() = default;
Bfloat16Products::Bfloat16Products(Bfloat16Products&&) noexcept = default;
Bfloat16Products& Bfloat16Products::operator=(Bfloat16Products&&) noexcept = default;

void Bfloat16Products::LinearInto(const Bfloat16Weight& weight, MatrixView<const float> x,
                                  MatrixView<float> y) {
  const Bfloat16Weight::Packed& packed = *weight.packed_;
  ZIPFLENS_CHECK(x.cols == packed.in_size && y.cols == packed.out_size && x.rows == y.rows);
  ZIPFLENS_CHECK(y.stride == y.cols);
  if (x.rows == 0) return;
  State& state = *state_;
  const SingleThreadScope single_thread;
  PreparedProduct& found = state.Find(packed, x.rows);
  const std::size_t size = x.rows * x.cols;
  if (size > state.rounded.size()) state.rounded = AlignedBuffer<std::uint16_t>(size);
  for (std::size_t row = 0; row < x.rows; ++row) {
    RoundToBfloat16(x.RowSpan(row), state.rounded.span().subspan(row * x.cols, x.cols));
  }
  found.x.set_data_handle(state.rounded.data());
  found.y.set_data_handle(y.data);
  found.scratchpad.set_data_handle(state.scratchpad.data());
  found.primitive.execute(state.stream, {{DNNL_ARG_SRC, found.x},
                                         {DNNL_ARG_WEIGHTS, packed.weight},
                                         {DNNL_ARG_BIAS, packed.bias},
                                         {DNNL_ARG_DST, found.y},
                                         {DNNL_ARG_SCRATCHPAD, found.scratchpad}});
  state.stream.wait();
}

}  // namespace zipflens
