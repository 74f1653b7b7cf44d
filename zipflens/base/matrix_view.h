// MatrixView: a view of a row-major matrix that somebody else owns.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

namespace zipflens {

/// A view of [rows, cols] elements, where row r starts at data + r * stride and stride >= cols, in
/// elements. Copying is cheap. A view of T converts to a view of const T.
template <typename T>
struct MatrixView {
  T* data = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::size_t stride = 0;

  MatrixView() = default;
  MatrixView(T* data_in, std::size_t rows_in, std::size_t cols_in)
      : data(data_in), rows(rows_in), cols(cols_in), stride(cols_in) {}
  MatrixView(T* data_in, std::size_t rows_in, std::size_t cols_in, std::size_t stride_in)
      : data(data_in), rows(rows_in), cols(cols_in), stride(stride_in) {}

  T* Row(std::size_t row) const { return data + row * stride; }
  std::span<T> RowSpan(std::size_t row) const { return {Row(row), cols}; }
  T& operator()(std::size_t row, std::size_t col) const { return data[row * stride + col]; }

  operator MatrixView<const T>() const  // NOLINT(google-explicit-constructor)
      requires(!std::is_const_v<T>) {
    return {data, rows, cols, stride};
  }
};

}  // namespace zipflens
