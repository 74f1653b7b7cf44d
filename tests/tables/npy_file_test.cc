// Checks that .npy files follow numpy.lib.format exactly, and that a full disk is an error.
#include "zipflens/tables/npy_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

TEST(NpyFile, HeaderAndDataAreThoseOfNumpy) {
  const auto path = std::filesystem::path(testing::TempDir()) / "zipflens_array.npy";
  const std::vector<std::int32_t> values = {1, 2, 3, 4, 5, 6};
  {
    NpyFile file(path, "<i4", {2, 3});
    file.WriteAt(12, std::as_bytes(std::span(values).last(3)));
    file.WriteAt(0, std::as_bytes(std::span(values).first(3)));
    file.Close();
  }
  std::ifstream input(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(input), {}};
  ASSERT_EQ(bytes.size(), 128U + 24U);  // a header of 128 bytes, as numpy.save writes here
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const std::string header = "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }   ";
  EXPECT_EQ(bytes.substr(10, header.size()), header);
  EXPECT_EQ(bytes[127], '\n');
  EXPECT_EQ(bytes.substr(128), std::string(reinterpret_cast<const char*>(values.data()), 24));
  std::filesystem::remove(path);
}

TEST(NpyFile, UnwritablePlaceIsAnOutputError) {
  EXPECT_THROW(NpyFile("/nowhere/at/all.npy", "<f4", {1}), OutputError);
}

TEST(NpyFile, FullDiskIsAnOutputError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  EXPECT_THROW(NpyFile("/dev/full", "<f4", {1024}), OutputError);
}

}  // namespace
}  // namespace zipflens
