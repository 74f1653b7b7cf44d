#include "zipflens/hub/parquet_rows.h"

#include <arrow/util/config.h>
#include <fmt/format.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "zipflens/base/error.h"
#include "zipflens/corpus/row_limit.h"

namespace zipflens {
namespace {

[[noreturn]] void ThrowNotParquet(const std::string& source, const std::string& found) {
  throw InputError(
      {.source = source, .place = "footer", .found = found, .expected = "a Parquet file"});
}

}  // namespace

std::uint64_t ParquetRows(const std::string& source, std::uint64_t file_size,
                          const std::function<std::string(std::uint64_t, std::uint64_t)>& read) {
  constexpr std::uint64_t kFirstRead = 64 << 10;
  constexpr std::uint64_t kTrailer = 8;  // the length of the footer, then "PAR1"
  if (file_size < kTrailer + 4) ThrowNotParquet(source, fmt::format("{} bytes", file_size));
  std::uint64_t begin = file_size - std::min(file_size, kFirstRead);
  std::string tail = read(begin, file_size - begin);
  if (tail.size() != file_size - begin || !tail.ends_with("PAR1"))
    ThrowNotParquet(source, "other bytes");
  static_assert(std::endian::native == std::endian::little);
  std::uint32_t footer_size = 0;
  std::memcpy(&footer_size, tail.data() + tail.size() - kTrailer, sizeof(footer_size));
  constexpr std::uint64_t kLongestFooter = 256 << 20;
  if (footer_size > file_size - kTrailer - 4 || footer_size > kLongestFooter) {
    ThrowNotParquet(source, fmt::format("a footer of {} bytes", footer_size));
  }
  if (footer_size + kTrailer > tail.size()) {
    const std::uint64_t footer_begin = file_size - kTrailer - footer_size;
    tail = read(footer_begin, begin - footer_begin) + tail;
  }
  try {
    const char* footer_bytes = tail.data() + tail.size() - kTrailer - footer_size;
#if ARROW_VERSION_MAJOR >= 26
    const auto footer = parquet::FileMetaData::Make(footer_bytes, std::int64_t{footer_size});
#else
    const auto footer = parquet::FileMetaData::Make(footer_bytes, &footer_size);
#endif
    std::int64_t sum = 0;
    for (int group = 0; group < footer->num_row_groups(); ++group) {
      const std::int64_t num_rows = footer->RowGroup(group)->num_rows();
      if (num_rows < 0 || __builtin_add_overflow(sum, num_rows, &sum) ||
          static_cast<std::uint64_t>(sum) > kMostRowsOfFile) {
        ThrowNotParquet(source, fmt::format("a row group of {} rows", num_rows));
      }
    }
    if (sum != footer->num_rows()) {
      ThrowNotParquet(source,
                      fmt::format("{} rows, and row groups with {} rows", footer->num_rows(), sum));
    }
    return sum;
  } catch (const parquet::ParquetException& error) {
    ThrowNotParquet(source, error.what());
  }
}

}  // namespace zipflens
