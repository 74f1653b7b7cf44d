// DocumentSource: the documents of one file; what the formats have in common.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "zipflens/corpus/corpus.h"

namespace zipflens {

/// One record as "column: value" pairs in column order.
using CorpusRecord = std::vector<std::pair<std::string, std::string>>;

/// One open file of a corpus. Not thread-safe. Errors are InputErrors that name file, row or line,
/// and column.
class DocumentSource {
 public:
  virtual ~DocumentSource() = default;
  /// Sets text and title (not the index) of the file's next document; false at the end.
  virtual bool Next(Document& document) = 0;
  /// Leaves the next document out and returns true; false at the end. The text is not looked at.
  virtual bool Skip() = 0;
  /// The next whole record, to be shown; empty at the end.
  virtual CorpusRecord NextRecord() = 0;
};

std::unique_ptr<DocumentSource> OpenTextSource(const std::filesystem::path& path);
std::unique_ptr<DocumentSource> OpenJsonlSource(const std::filesystem::path& path,
                                                const CorpusOptions& options);
std::unique_ptr<DocumentSource> OpenParquetSource(const std::filesystem::path& path,
                                                  const CorpusOptions& options);

/// What a Parquet file's footer says.
struct ParquetSummary {
  std::uint64_t num_rows = 0;
  std::vector<std::string> columns;
};

/// Reads the footer and checks that there is a text column of a text type. Throws InputError: not
/// Parquet, truncated, no such column (listing those there are), a column of another type.
ParquetSummary InspectParquet(const std::filesystem::path& path, const CorpusOptions& options);

/// One record of a Parquet file, all its columns. `row` is within the file.
CorpusRecord ReadParquetRecord(const std::filesystem::path& path, std::uint64_t row);

/// Throws InputError with the byte offset if `text` is not UTF-8. `place` names row or line and
/// column, and is called only then.
template <typename Place>
void CheckUtf8(std::string_view text, const std::filesystem::path& path, const Place& place);

/// Names in a message: "id, url, title, text", shortened where there are very many.
std::string ListNames(const std::vector<std::string>& names);

}  // namespace zipflens

#include "zipflens/corpus/document_source_inl.h"
