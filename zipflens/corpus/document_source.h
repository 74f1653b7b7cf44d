// DocumentSource: the documents of one file, and what all formats share.
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

/// One record as (column, value) pairs, in column order.
using CorpusRecord = std::vector<std::pair<std::string, std::string>>;

/// Rows that can be read independently of the other rows.
struct SizedRange {
  RowRange rows = {0, 0};
  std::uint64_t num_bytes = 0;  // of text, approximately
};

/// Reads a range of rows of one file of a corpus. Not thread-safe. Errors are InputErrors that name
/// the file, the row or line, and the column.
class DocumentSource {
 public:
  virtual ~DocumentSource() = default;
  /// Sets the text and the title (not the index) of the next document, or returns false at the end
  /// of the rows.
  virtual bool Next(Document& document) = 0;
  /// Sets `text` to the text of the next document, without its title. The view points into
  /// `storage` or into the source and is valid until the next call. Use either Next or NextText on
  /// a source, never both.
  virtual bool NextText(Document& storage, std::string_view& text) {
    if (!Next(storage)) return false;
    text = storage.text;
    return true;
  }
  /// Skips rows without checking their text and returns the number of rows skipped.
  virtual std::uint64_t Skip(std::uint64_t num_rows) = 0;
  /// Returns a range that starts at the next row, ends with a row group and holds about `num_bytes`
  /// of text, but at least the rest of one row group. Returns an empty range if the next rows
  /// cannot be read independently.
  virtual SizedRange NextRowRange(std::uint64_t /*num_bytes*/) const { return {}; }
  /// Returns the next whole record for display, or an empty record at the end.
  virtual CorpusRecord NextRecord() = 0;
  /// Returns the last record to the source, so that it is read again. Only after NextRecord, and
  /// only for formats made of lines.
  virtual void Unread() {}
  /// The number of rows of the file before the current position: the row of the last document plus
  /// 1.
  virtual std::uint64_t rows_done() const = 0;
  /// The approximate number of bytes of the file on disk that were read.
  virtual std::uint64_t bytes_done() const = 0;
};

/// What a source needs besides its file.
struct SourceOptions {
  const CorpusOptions& corpus;
  RowRange rows = {0, kAllRows};
};

/// Each opens a source that adds to `report`; `report` must outlive the source. The path "-" is
/// standard input.
std::unique_ptr<DocumentSource> OpenTextSource(const std::filesystem::path& path,
                                               const SourceOptions& options, CorpusReport& report);
std::unique_ptr<DocumentSource> OpenJsonlSource(const std::filesystem::path& path,
                                                const SourceOptions& options, CorpusReport& report);
std::unique_ptr<DocumentSource> OpenParquetSource(const std::filesystem::path& path,
                                                  const SourceOptions& options,
                                                  CorpusReport& report);

/// Opens the source of the format ("text", "jsonl" or "parquet") that `format` names.
std::unique_ptr<DocumentSource> OpenSource(const std::filesystem::path& path,
                                           const std::string& format, const SourceOptions& options,
                                           CorpusReport& report);

/// The content of a Parquet file's footer.
struct ParquetSummary {
  std::uint64_t num_rows = 0;
  std::vector<std::string> columns;
};

/// Reads the footer and checks that the text column exists and has a text type. Throws InputError
/// if the file is not Parquet or is truncated, the column is missing (the message lists the
/// columns), or it has another type.
ParquetSummary InspectParquet(const std::filesystem::path& path, const CorpusOptions& options);

/// Returns all columns of one record of a Parquet file, or an empty record if there is no such row.
/// `row` is counted within the file.
CorpusRecord ReadParquetRecord(const std::filesystem::path& path, std::uint64_t row,
                               const CorpusOptions& options);

/// Throws the InputError that says that `what` ("a line") is longer than
/// options.max_document_bytes.
[[noreturn]] void ThrowTooLong(const std::filesystem::path& path, const std::string& place,
                               const char* what, const CorpusOptions& options);

/// Returns `text` if it is valid UTF-8. Otherwise, under InvalidUtf8Text::kReplace, sets `storage`
/// to the text with replacements, counts them in `report` and returns `storage`; under kStop,
/// throws InvalidUtf8 with the byte offset. `place()` names the row or line and the column, and is
/// called only for the error.
template <typename Place>
std::string_view CheckedUtf8(std::string_view text, const std::filesystem::path& path,
                             InvalidUtf8Text policy, const Place& place, CorpusReport& report,
                             std::string& storage);

/// Sets `out` to the text that CheckedUtf8 returns.
template <typename Place>
void TakeUtf8(std::string_view text, const std::filesystem::path& path, InvalidUtf8Text policy,
              const Place& place, CorpusReport& report, std::string& out);

/// Counts a record that is skipped.
inline void ReportBadLine(const std::string& message, CorpusReport& report) {
  if (report.num_bad_lines++ == 0) report.first_bad_line = message;
}

/// Joins names for a message: "id, url, title, text". The list is shortened if there are very many.
/// `num_more` is the number of names that exist besides those in `names`.
std::string ListNames(const std::vector<std::string>& names, std::size_t num_more = 0);

}  // namespace zipflens

#include "zipflens/corpus/document_source_inl.h"
