#include "zipflens/kernels/matmul.h"

#include <algorithm>
#include <dnnl.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/check.h"
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

memory::desc Strided(std::size_t rows, std::size_t cols, std::size_t row_stride,
                     std::size_t col_stride) {
  const auto dim = [](std::size_t size) { return static_cast<memory::dim>(size); };
  return {{dim(rows), dim(cols)},
          memory::data_type::f32,
          memory::dims{dim(row_stride), dim(col_stride)}};
}

memory::desc Strided(MatrixView<const float> view) {
  return Strided(view.rows, view.cols, view.stride, 1);
}

// A matrix [rows, cols] whose layout oneDNN chooses.
memory::desc AnyLayout(std::size_t rows, std::size_t cols) {
  return {{static_cast<memory::dim>(rows), static_cast<memory::dim>(cols)},
          memory::data_type::f32,
          memory::format_tag::any};
}

// A row [1, size], added to every row of a product.
memory::desc BiasRow(std::size_t size) { return Strided(1, size, size, 1); }

// What both generations of oneDNN's interface have in common. No bias: an empty descriptor.
dnnl::matmul::primitive_desc DescribeProduct(const memory::desc& a, const memory::desc& b,
                                             const memory::desc& bias, const memory::desc& dst) {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
#if DNNL_VERSION_MAJOR >= 3
  return {CpuEngine(), a, b, bias, dst, attributes};
#else
  return {dnnl::matmul::desc(a, b, bias, dst), attributes, CpuEngine()};
#endif
}

// oneDNN takes pointers to what it only reads without const.
void* Handle(const float* data) { return const_cast<float*>(data); }

// What tells one prepared product from another, besides the layout of its second operand.
struct ProductShape {
  std::size_t rows, depth, cols;
  std::size_t a_stride, product_stride;
  bool with_bias;

  bool operator==(const ProductShape&) const = default;
};

// A product prepared for one shape, and the memory objects that its operands are put into.
struct PreparedProduct {
  PreparedProduct(const ProductShape& shape_in, const dnnl::matmul::primitive_desc& description)
      : shape(shape_in),
        primitive(description),
        a(description.src_desc(), CpuEngine(), nullptr),
        b(description.weights_desc(), CpuEngine(), nullptr),
        product(description.dst_desc(), CpuEngine(), nullptr),
        scratchpad(description.scratchpad_desc(), CpuEngine(), nullptr),
        arguments{{DNNL_ARG_SRC, a},
                  {DNNL_ARG_WEIGHTS, b},
                  {DNNL_ARG_DST, product},
                  {DNNL_ARG_SCRATCHPAD, scratchpad}} {
    if (!shape.with_bias) return;
    bias = memory(BiasRow(shape.cols), CpuEngine(), nullptr);
    arguments.emplace(DNNL_ARG_BIAS, bias);
  }

  ProductShape shape;
  dnnl::matmul primitive;
  memory a, b, bias, product, scratchpad;
  std::unordered_map<int, memory> arguments;
};

}  // namespace

struct PackedLinear::Packed {
  std::size_t out_size = 0;
  std::size_t in_size = 0;
  memory weight;  // [in, out], as the product wants it
  memory bias;    // [1, out]
};

PackedLinear::PackedLinear(MatrixView<const float> weight, std::span<const float> bias,
                           std::size_t expected_rows) {
  ZIPFLENS_CHECK(bias.size() == weight.rows && expected_rows > 0);
  const SingleThreadScope single_thread;
  const dnnl::matmul::primitive_desc description = DescribeProduct(
      Strided(expected_rows, weight.cols, weight.cols, 1), AnyLayout(weight.cols, weight.rows),
      BiasRow(weight.rows), Strided(expected_rows, weight.rows, weight.rows, 1));

  auto packed = std::make_unique<Packed>();
  packed->out_size = weight.rows;
  packed->in_size = weight.cols;
  packed->weight = memory(description.weights_desc(), CpuEngine());
  packed->bias = memory(BiasRow(bias.size()), CpuEngine());
  std::ranges::copy(bias, static_cast<float*>(packed->bias.get_data_handle()));
  memory transposed(Strided(weight.cols, weight.rows, 1, weight.stride), CpuEngine(),
                    Handle(weight.data));
  dnnl::stream stream(CpuEngine());
  dnnl::reorder(transposed, packed->weight).execute(stream, transposed, packed->weight);
  stream.wait();
  packed_ = std::move(packed);
}

PackedLinear::~PackedLinear() = default;
PackedLinear::PackedLinear(PackedLinear&&) noexcept = default;
PackedLinear& PackedLinear::operator=(PackedLinear&&) noexcept = default;

std::size_t PackedLinear::out_size() const { return packed_->out_size; }
std::size_t PackedLinear::in_size() const { return packed_->in_size; }

struct MatmulContext::Products {
  dnnl::stream stream{CpuEngine()};
  std::vector<PreparedProduct> prepared;
  AlignedBuffer<std::byte> scratchpad;  // of the largest product; shared, as products run in turn

  PreparedProduct& Find(const ProductShape& shape, const memory::desc& b_layout,
                        MatrixView<const float> a, MatrixView<float> product) {
    for (PreparedProduct& candidate : prepared) {
      if (candidate.shape == shape && candidate.b.get_desc() == b_layout) return candidate;
    }
    const memory::desc bias = shape.with_bias ? BiasRow(shape.cols) : memory::desc();
    PreparedProduct& made =
        prepared.emplace_back(shape, DescribeProduct(Strided(a), b_layout, bias, Strided(product)));
    const std::size_t bytes = made.scratchpad.get_desc().get_size();
    if (bytes > scratchpad.size()) scratchpad = AlignedBuffer<std::byte>(bytes);
    return made;
  }

  // product = a b (+ bias, unless null); b as `b_layout` says.
  void Run(MatrixView<const float> a, const memory::desc& b_layout, void* b, void* bias,
           MatrixView<float> product) {
    if (a.rows == 0) return;
    const SingleThreadScope single_thread;
    const ProductShape shape = {a.rows,   a.cols,         product.cols,
                                a.stride, product.stride, bias != nullptr};
    PreparedProduct& found = Find(shape, b_layout, a, product);
    found.a.set_data_handle(Handle(a.data));
    found.b.set_data_handle(b);
    if (bias != nullptr) found.bias.set_data_handle(bias);
    found.product.set_data_handle(product.data);
    found.scratchpad.set_data_handle(scratchpad.data());
    found.primitive.execute(stream, found.arguments);
    stream.wait();
  }
};

MatmulContext::MatmulContext() : products_(std::make_unique<Products>()) {}
MatmulContext::~MatmulContext() = default;
MatmulContext::MatmulContext(MatmulContext&&) noexcept = default;
MatmulContext& MatmulContext::operator=(MatmulContext&&) noexcept = default;

void MatmulContext::LinearInto(const PackedLinear& linear, MatrixView<const float> x,
                               MatrixView<float> y) {
  const PackedLinear::Packed& packed = *linear.packed_;
  ZIPFLENS_CHECK(x.cols == packed.in_size && y.cols == packed.out_size && x.rows == y.rows);
  products_->Run(x, packed.weight.get_desc(), packed.weight.get_data_handle(),
                 packed.bias.get_data_handle(), y);
}

void MatmulContext::ProductInto(MatrixView<const float> a, MatrixView<const float> b,
                                MatrixView<float> product) {
  ZIPFLENS_CHECK(a.cols == b.rows && product.rows == a.rows && product.cols == b.cols);
  products_->Run(a, Strided(b), Handle(b.data), /*bias=*/nullptr, product);
}

void MatmulContext::ProductTransposedInto(MatrixView<const float> a, MatrixView<const float> b,
                                          MatrixView<float> product) {
  ZIPFLENS_CHECK(a.cols == b.cols && product.rows == a.rows && product.cols == b.rows);
  products_->Run(a, Strided(b.cols, b.rows, 1, b.stride), Handle(b.data), /*bias=*/nullptr,
                 product);
}

namespace reference {
namespace {

double Dot(const float* a, std::size_t a_step, const float* b, std::size_t b_step,
           std::size_t size) {
  double sum = 0;
  for (std::size_t k = 0; k < size; ++k) {
    sum += static_cast<double>(a[k * a_step]) * b[k * b_step];
  }
  return sum;
}

}  // namespace

void LinearInto(MatrixView<const float> weight, std::span<const float> bias,
                MatrixView<const float> x, MatrixView<float> y) {
  for (std::size_t row = 0; row < x.rows; ++row) {
    for (std::size_t col = 0; col < weight.rows; ++col) {
      const double dot = Dot(x.Row(row), 1, weight.Row(col), 1, x.cols);
      y(row, col) = static_cast<float>(dot + bias[col]);
    }
  }
}

void ProductInto(MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> product) {
  for (std::size_t row = 0; row < a.rows; ++row) {
    for (std::size_t col = 0; col < b.cols; ++col) {
      product(row, col) = static_cast<float>(Dot(a.Row(row), 1, b.data + col, b.stride, a.cols));
    }
  }
}

void ProductTransposedInto(MatrixView<const float> a, MatrixView<const float> b,
                           MatrixView<float> product) {
  for (std::size_t row = 0; row < a.rows; ++row) {
    for (std::size_t col = 0; col < b.rows; ++col) {
      product(row, col) = static_cast<float>(Dot(a.Row(row), 1, b.Row(col), 1, a.cols));
    }
  }
}

}  // namespace reference
}  // namespace zipflens
