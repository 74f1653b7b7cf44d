#include "zipflens/base/zeroed_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace zipflens {
namespace {

TEST(ZeroedBuffer, IsZerosThatCanBeWrittenOfEverySize) {
  for (const std::size_t num_bytes :
       {std::size_t{1}, std::size_t{4096}, (std::size_t{2} << 20) - 1, std::size_t{2} << 20,
        (std::size_t{2} << 20) + 1, std::size_t{5} << 20}) {
    ZeroedBuffer<char> buffer(num_bytes);
    ASSERT_EQ(buffer.size(), num_bytes);
    EXPECT_TRUE(std::all_of(buffer.begin(), buffer.end(), [](char byte) { return byte == 0; }));
    std::fill(buffer.begin(), buffer.end(), 'x');
    EXPECT_EQ(std::count(buffer.begin(), buffer.end(), 'x'),
              static_cast<std::ptrdiff_t>(num_bytes));
  }
}

TEST(ZeroedBuffer, LargeOnesLieAtTheBoundaryOfAHugePage) {
  const ZeroedBuffer<std::uint64_t> buffer(std::size_t{1} << 20);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % (std::uintptr_t{2} << 20), 0U);
}

TEST(ZeroedBuffer, KeepsItsContentAndAddsZerosWhereItGrows) {
  ZeroedBuffer<std::uint32_t> buffer;
  std::size_t old_size = 0;
  for (const std::size_t size :
       {std::size_t{3}, std::size_t{3}, std::size_t{5000}, std::size_t{1} << 19,
        std::size_t{3} << 19, std::size_t{5} << 20}) {
    buffer.Grow(size);
    ASSERT_EQ(buffer.size(), size);
    for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(buffer[i], i < old_size ? i + 1 : 0) << size;
    for (std::size_t i = 0; i < size; ++i) buffer[i] = static_cast<std::uint32_t>(i + 1);
    old_size = size;
  }
}

TEST(ZeroedBuffer, MovesItsMemory) {
  ZeroedBuffer<int> first(3);
  first[2] = 7;
  ZeroedBuffer<int> second(std::move(first));
  EXPECT_EQ(second[2], 7);
  ZeroedBuffer<int> third;
  EXPECT_EQ(third.size(), 0U);
  third = std::move(second);
  ASSERT_EQ(third.size(), 3U);
  EXPECT_EQ(third[2], 7);
}

}  // namespace
}  // namespace zipflens
