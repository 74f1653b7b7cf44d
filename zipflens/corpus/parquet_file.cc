#include "zipflens/corpus/parquet_file.h"

#include <arrow/io/file.h>
#include <fmt/format.h>
#include <parquet/properties.h>

#include <array>

#include "zipflens/base/error.h"
#include "zipflens/corpus/byte_source.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

// For page headers: a page that is larger is read past it, so its bytes are not copied once more.
constexpr std::int64_t kPageBufferBytes = std::int64_t{1} << 15;
constexpr std::string_view kMagic = "PAR1";

// Sees to it that what is not Parquet at all, or only its beginning, is called that.
void CheckMagic(const fs::path& path) {
  const std::unique_ptr<ByteSource> source = OpenRawByteSource(path);
  std::array<char, kMagic.size()> first = {};
  const std::size_t count = source->Read(first);
  const auto refuse = [&path](const char* found) {
    throw InputError({.source = path.string(), .found = found, .expected = "a whole Parquet file"});
  };
  if (count == 0) refuse("an empty file");
  const std::string_view magic(first.data(), count);
  if (magic == "PARE") refuse("an encrypted Parquet file");
  if (magic != kMagic) refuse("something that is not Parquet (it does not begin with PAR1)");
  const auto file = ValueOrThrow(path, arrow::io::ReadableFile::Open(path.string()));
  const std::int64_t size = ValueOrThrow(path, file->GetSize());
  const std::int64_t tail_size = static_cast<std::int64_t>(kMagic.size());
  const auto tail = ValueOrThrow(path, file->ReadAt(size - tail_size, tail_size));
  if (tail->ToString() != kMagic) {
    refuse("the beginning of a Parquet file without its end (truncated)");
  }
}

}  // namespace

void RefuseDamagedParquet(const fs::path& path, std::string_view message) {
  throw InputError({.source = path.string(),
                    .found = fmt::format("\"{}\"", message),
                    .expected = "a whole Parquet file"});
}

std::unique_ptr<parquet::arrow::FileReader> OpenParquetReader(const fs::path& path) {
  CheckMagic(path);
  return ParquetGuarded(path, [&] {
    parquet::ReaderProperties properties;
    properties.enable_buffered_stream();
    properties.set_buffer_size(kPageBufferBytes);
    properties.set_page_checksum_verification(true);
    parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
    arrow_properties.set_batch_size(kParquetBatchRows);
    arrow_properties.set_pre_buffer(false);
    parquet::arrow::FileReaderBuilder builder;
    const auto file = ValueOrThrow(path, arrow::io::ReadableFile::Open(path.string()));
    ThrowIfNotOk(path, builder.Open(file, properties));
    builder.properties(arrow_properties);
    return ValueOrThrow(path, builder.Build());
  });
}

}  // namespace zipflens
