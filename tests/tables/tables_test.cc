// Tables that are read back have the values that were written.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/tables/table_reader.h"
#include "zipflens/tables/table_writer.h"

namespace zipflens {
namespace {

class Tables : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::path(testing::TempDir()) /
        ("tables_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Bytes(const char* name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path folder_;
  const std::vector<TableColumn> columns_ = {{"i", ColumnType::kInt32},
                                             {"l", ColumnType::kInt64},
                                             {"f", ColumnType::kFloat},
                                             {"d", ColumnType::kDouble},
                                             {"s", ColumnType::kString}};
};

TEST_F(Tables, ReadBackAsWritten) {
  TableWriter writer(folder_ / "t.parquet", columns_);
  writer.Append({std::vector<std::int32_t>{1, -2}, std::vector<std::int64_t>{1LL << 40, 0},
                 std::vector<float>{0.1F, std::nanf("")}, std::vector<double>{std::nan(""), 0.1},
                 std::vector<std::string>{"", "a\xC3\xA9"}});
  writer.Append({std::vector<std::int32_t>{3}, std::vector<std::int64_t>{4}, std::vector<float>{5},
                 std::vector<double>{6}, std::vector<std::string>{"7"}});
  writer.Close();
  int num_blocks = 0;
  ReadTable(
      folder_ / "t.parquet", {columns_[4], columns_[3], columns_[0]}, [&](const ReadColumns& b) {
        ++num_blocks;
        EXPECT_EQ(std::get<std::vector<std::string>>(b[0]),
                  (std::vector<std::string>{"", "a\xC3\xA9", "7"}));
        const auto& d = std::get<std::vector<double>>(b[1]);
        EXPECT_TRUE(std::isnan(d[0]));
        EXPECT_EQ(d[1], 0.1);
        EXPECT_EQ(std::get<std::vector<std::int32_t>>(b[2]), (std::vector<std::int32_t>{1, -2, 3}));
      });
  EXPECT_EQ(num_blocks, 1);
}

TEST_F(Tables, BytesDependOnTheRowsOnly) {
  const std::vector<TableColumn> columns = {{"i", ColumnType::kInt32}};
  for (const std::size_t block : {std::size_t{1000}, std::size_t{77'777}}) {
    TableWriter writer(folder_ / std::to_string(block), columns);
    for (std::size_t begin = 0; begin < 300'000; begin += block) {
      std::vector<std::int32_t> values;
      for (std::size_t i = begin; i < std::min<std::size_t>(begin + block, 300'000); ++i) {
        values.push_back(static_cast<std::int32_t>(i * i % 1009));
      }
      writer.Append({values});
    }
    writer.Close();
  }
  EXPECT_EQ(Bytes("1000"), Bytes("77777"));
}

TEST_F(Tables, RefusesWhatZipflensDidNotWrite) {
  WriteFileOrThrow(folder_ / "text", "not a table");
  EXPECT_THROW(ReadTable(folder_ / "text", columns_, [](const ReadColumns&) {}), InputError);
  TableWriter writer(folder_ / "other", {{"i", ColumnType::kDouble}});
  writer.Append({std::vector<double>{1}});
  writer.Close();
  try {
    ReadTable(folder_ / "other", {{"i", ColumnType::kInt32}}, [](const ReadColumns&) {});
    FAIL() << "a column of another type was read";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("column i: found type double"), std::string::npos)
        << error.what();
  }
  EXPECT_THROW(
      ReadTable(folder_ / "other", {{"k", ColumnType::kDouble}}, [](const ReadColumns&) {}),
      InputError);
}

TEST_F(Tables, AFullDiskIsAnOutputError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  EXPECT_THROW(
      {
        TableWriter writer("/dev/full", {{"i", ColumnType::kInt32}});
        writer.Append({std::vector<std::int32_t>(100'000, 1)});
        writer.Close();
      },
      OutputError);
}

}  // namespace
}  // namespace zipflens
