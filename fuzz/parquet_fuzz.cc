// Parquet corpora: zipflens's page reader over Arrow's Parquet.
//
// Promise: a text is what Arrow's own reader gives, or the file is refused as damaged. Row counts
// of footer, row groups and pages agree. Pages and dictionaries that claim more than 64 times the
// file or 4 times the longest document are refused before they are allocated.
#include <arrow/io/memory.h>
#include <parquet/arrow/writer.h>

#include <algorithm>
#include <string>

#include "fuzz/documents.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/input_bytes.h"
#include "fuzz/scratch_folder.h"
#include "tests/corpus/parquet_files.h"
#include "zipflens/tables/table_reader.h"

namespace zipflens::fuzz {
namespace {

// Reads a corpus by every way, its rows through Arrow, and the same file as a table of numbers.
void ReadParquet(const std::filesystem::path& path) {
  CorpusOptions options;
  options.max_document_bytes = 1 << 20;
  const ReadDocuments read = ReadByAllWays(path, options);
  Accepts([&] {
    const auto corpus = OpenCorpus({path.string()}, options);
    for (std::size_t row = 0; row < std::min<std::size_t>(read.texts.size() + 1, 4); ++row) {
      for (const auto& [column, value] : corpus->Record(row)) {
        const bool is_known = column == "text" && row < read.texts.size() && read.reached_end;
        if (is_known) FUZZ_REQUIRE(value == read.texts[row]);
      }
    }
  });
  Accepts([&] {
    const TableHeader header = ReadTableHeader(path);
    std::size_t num_rows = 0;
    ReadTable(path, {{"id", ColumnType::kInt64}, {"text", ColumnType::kString}},
              [&](const ReadColumns& block) {
                num_rows += std::get<std::vector<std::int64_t>>(block[0]).size();
                FUZZ_REQUIRE(num_rows < 100'000'000);
              });
    FUZZ_REQUIRE(header.columns.size() >= 2);
  });
}

// A whole file of three columns and two row groups, without checksums.
std::string WholeFile(const std::shared_ptr<arrow::DataType>& type, bool dictionary,
                      parquet::ParquetDataPageVersion version, parquet::Encoding::type encoding,
                      parquet::Compression::type compression) {
  OptionalTexts texts;
  for (int i = 0; i < 40; ++i) {
    texts.emplace_back(i % 7 == 3
                           ? std::nullopt
                           : std::optional(std::string(i % 11, 'a') + std::to_string(i % 5)));
  }
  const std::vector<std::int64_t> ids(texts.size(), 7);
  const auto table = arrow::Table::Make(
      arrow::schema({arrow::field("id", arrow::int64()), arrow::field("text", type)}),
      {IntegerArray(ids), TextArray(type, texts)});
  auto properties = parquet::WriterProperties::Builder();
  properties.data_page_version(version)->compression(compression)->data_pagesize(64);
  properties.write_batch_size(8);
  if (!dictionary) properties.disable_dictionary()->encoding("text", encoding);
  const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
  const auto status = parquet::arrow::WriteTable(
      *table, arrow::default_memory_pool(), stream, /*chunk_size=*/24, properties.build(),
      parquet::ArrowWriterProperties::Builder().store_schema()->build());
  FUZZ_REQUIRE(status.ok());
  return stream->Finish().ValueOrDie()->ToString();
}

const std::vector<std::string>& WholeFiles() {
  using parquet::Compression;
  using parquet::Encoding;
  using Version = parquet::ParquetDataPageVersion;
  const auto dictionary = arrow::dictionary(arrow::int8(), arrow::utf8());
  static const std::vector<std::string> files = {
      WholeFile(arrow::utf8(), true, Version::V1, Encoding::PLAIN, Compression::UNCOMPRESSED),
      WholeFile(arrow::utf8(), false, Version::V1, Encoding::PLAIN, Compression::UNCOMPRESSED),
      WholeFile(arrow::utf8(), true, Version::V2, Encoding::PLAIN, Compression::UNCOMPRESSED),
      WholeFile(arrow::large_utf8(), false, Version::V2, Encoding::DELTA_LENGTH_BYTE_ARRAY,
                Compression::UNCOMPRESSED),
      WholeFile(arrow::utf8(), false, Version::V1, Encoding::DELTA_BYTE_ARRAY,
                Compression::UNCOMPRESSED),
      WholeFile(dictionary, true, Version::V1, Encoding::PLAIN, Compression::UNCOMPRESSED),
      WholeFile(arrow::utf8(), true, Version::V1, Encoding::PLAIN, Compression::SNAPPY),
      WholeFile(arrow::utf8_view(), false, Version::V2, Encoding::PLAIN, Compression::ZSTD),
  };
  return files;
}

}  // namespace

// Any bytes.
FUZZ_TARGET(parquet) { ReadParquet(Scratch().Write("corpus.parquet", input)); }

// A whole file in which some bytes are others. The first byte chooses the file; then come edits of
// a place (2 bytes), a length (1 byte, at most 15) and the new bytes.
FUZZ_TARGET(parquet_pages) {
  InputBytes bytes(input);
  std::string file = WholeFiles()[bytes.Byte() % WholeFiles().size()];
  for (int i = 0; i < 64 && !bytes.empty(); ++i) {
    const std::size_t place = bytes.Below(file.size());
    const std::string_view edit = bytes.Text(std::size_t{bytes.Byte()} % 16);
    file.replace(place, std::min(edit.size(), file.size() - place),
                 edit.substr(0, file.size() - place));
  }
  ReadParquet(Scratch().Write("corpus.parquet", file));
}

}  // namespace zipflens::fuzz
