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

/// Rows that can be read for themselves.
struct SizedRange {
  RowRange rows = {0, 0};
  std::uint64_t num_bytes = 0;  // of text, about
};

/// Some rows of one open file of a corpus. Not thread-safe. Errors are InputErrors that name file,
/// row or line, and column.
class DocumentSource {
 public:
  virtual ~DocumentSource() = default;
  /// Sets text and title (not the index) of the next document; false at the end of the rows.
  virtual bool Next(Document& document) = 0;
  /// The text alone of the next document, valid until the next call: of `storage`, or of what the
  /// source itself holds. Goes on where Next would; of the two only one may be used.
  virtual bool NextText(Document& storage, std::string_view& text) {
    if (!Next(storage)) return false;
    text = storage.text;
    return true;
  }
  /// Leaves rows out, without looking at their text; returns how many there were.
  virtual std::uint64_t Skip(std::uint64_t num_rows) = 0;
  /// How far a row range from the next row on may go that holds about `num_bytes` of text or is a
  /// whole row group; no rows where there can be no row range.
  virtual SizedRange NextRowRange(std::uint64_t /*num_bytes*/) const { return {}; }
  /// The next whole record, to be shown; empty at the end.
  virtual CorpusRecord NextRecord() = 0;
  /// Makes what was read last come again. After NextRecord only, and for lines only.
  virtual void Unread() {}
  /// The rows of the file that lie behind: one more than the row of the last document.
  virtual std::uint64_t rows_done() const = 0;
  /// Bytes of the file, as it lies on disk, that were read; about right.
  virtual std::uint64_t bytes_done() const = 0;
};

/// What a source needs to know beside its file.
struct SourceOptions {
  const CorpusOptions& corpus;
  RowRange rows = {0, kAllRows};
};

/// Each adds to `report`, which must outlive the source. A path "-" is standard input.
std::unique_ptr<DocumentSource> OpenTextSource(const std::filesystem::path& path,
                                               const SourceOptions& options, CorpusReport& report);
std::unique_ptr<DocumentSource> OpenJsonlSource(const std::filesystem::path& path,
                                                const SourceOptions& options, CorpusReport& report);
std::unique_ptr<DocumentSource> OpenParquetSource(const std::filesystem::path& path,
                                                  const SourceOptions& options,
                                                  CorpusReport& report);

/// The one of these that `format` names.
std::unique_ptr<DocumentSource> OpenSource(const std::filesystem::path& path,
                                           const std::string& format, const SourceOptions& options,
                                           CorpusReport& report);

/// What a Parquet file's footer says.
struct ParquetSummary {
  std::uint64_t num_rows = 0;
  std::vector<std::string> columns;
};

/// Reads the footer and checks that there is a text column of a text type. Throws InputError: not
/// Parquet, truncated, no such column (listing those there are), a column of another type.
ParquetSummary InspectParquet(const std::filesystem::path& path, const CorpusOptions& options);

/// One record of a Parquet file, all its columns; empty if there is no such row. `row` is within
/// the file.
CorpusRecord ReadParquetRecord(const std::filesystem::path& path, std::uint64_t row,
                               const CorpusOptions& options);

/// Throws InputError: `what` ("a line") is longer than options.max_document_bytes.
[[noreturn]] void ThrowTooLong(const std::filesystem::path& path, const std::string& place,
                               const char* what, const CorpusOptions& options);

/// `text` itself where it is UTF-8, otherwise `storage`, which is set to what `policy` makes of it.
/// Throws InvalidUtf8 with the byte offset. `place` names row or line and column, and is called
/// only then.
template <typename Place>
std::string_view CheckedUtf8(std::string_view text, const std::filesystem::path& path,
                             InvalidUtf8Text policy, const Place& place, CorpusReport& report,
                             std::string& storage);

/// Sets `out` to the same.
template <typename Place>
void TakeUtf8(std::string_view text, const std::filesystem::path& path, InvalidUtf8Text policy,
              const Place& place, CorpusReport& report, std::string& out);

/// Counts a record that is left out.
inline void ReportBadLine(const std::string& message, CorpusReport& report) {
  if (report.num_bad_lines++ == 0) report.first_bad_line = message;
}

/// Names in a message: "id, url, title, text", shortened if there are very many. `num_more`: names
/// that are not in the list.
std::string ListNames(const std::vector<std::string>& names, std::size_t num_more = 0);

}  // namespace zipflens

#include "zipflens/corpus/document_source_inl.h"
