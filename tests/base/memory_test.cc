#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"

namespace zipflens {
namespace {

TEST(AlignedBuffer, StartsAtACacheLine) {
  for (const std::size_t size : {1U, 7U, 100U, 4096U}) {
    AlignedBuffer<float> buffer(size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0U);
    EXPECT_EQ(buffer.span().size(), size);
    buffer[size - 1] = 3.0F;
    EXPECT_EQ(buffer.span().back(), 3.0F);
  }
}

TEST(AlignedBuffer, OfNothingIsEmpty) {
  EXPECT_EQ(AlignedBuffer<int>().size(), 0U);
  EXPECT_EQ(AlignedBuffer<int>(0).span().size(), 0U);
}

TEST(AlignedBuffer, MovesItsElements) {
  AlignedBuffer<int> first(2);
  first[0] = 5;
  const int* const data = first.data();
  const AlignedBuffer<int> second = std::move(first);
  EXPECT_EQ(second.data(), data);
  EXPECT_EQ(second[0], 5);
}

TEST(MatrixView, StepsByItsStride) {
  int elements[] = {0, 1, 2, 3, 4, 5, 6, 7};
  const MatrixView<int> view(elements, /*rows_in=*/2, /*cols_in=*/3, /*stride_in=*/4);
  EXPECT_EQ(view(0, 2), 2);
  EXPECT_EQ(view(1, 0), 4);
  EXPECT_EQ(view.RowSpan(1).size(), 3U);
  EXPECT_EQ(view.RowSpan(1).back(), 6);
  const MatrixView<const int> read_only = view;
  EXPECT_EQ(read_only.Row(1), elements + 4);
  EXPECT_EQ(MatrixView<int>(elements, 2, 3).stride, 3U);
}

}  // namespace
}  // namespace zipflens
