// Corpus: the documents of Parquet, JSON Lines or text files, in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "zipflens/corpus/split_expression.h"

namespace zipflens {

/// One document. `text` is valid UTF-8.
struct Document {
  std::uint64_t index = 0;  // from 0, counted over all rows of the corpus that are read
  std::string text;
  std::string title;  // the `title` column or field, if there is one
};

/// The end of a row range that extends to the end of its file.
inline constexpr std::uint64_t kAllRows = std::numeric_limits<std::uint64_t>::max();

/// The rows of one file that are read.
struct CorpusPart {
  std::size_t file_idx = 0;  // in CorpusInfo::files
  RowRange rows;             // end == kAllRows: up to the end of the file
};

/// What is known about a corpus before it is read.
struct CorpusInfo {
  std::vector<std::filesystem::path> files;  // "-": standard input
  std::string format;                        // "parquet", "jsonl", "text"
  std::vector<CorpusPart> parts;             // in reading order
  std::vector<std::uint64_t> rows_of_files;  // only for Parquet, or if a split needs them
  std::optional<std::uint64_t> num_rows;     // of all parts, if known before reading
  std::vector<std::string> columns;  // columns of Parquet, or fields of the first JSON record
  std::uint64_t num_bytes = 0;       // of the files that are read; 0 for standard input
};

/// What happens to text that is not valid UTF-8.
enum class InvalidUtf8Text {
  kStop,     // an InputError names the document and the byte offset
  kReplace,  // each maximal subpart becomes U+FFFD, as in Python with errors="replace"
};

/// The default of CorpusOptions::max_document_bytes, and its largest allowed value.
inline constexpr std::uint64_t kMaxDocumentBytes = 64'000'000;
inline constexpr std::uint64_t kMostDocumentBytes = 1'000'000'000;

/// How a corpus is read.
struct CorpusOptions {
  std::string text_column = "text";    // column (Parquet) or field (JSON Lines) that holds the text
  std::string title_column = "title";  // empty: no titles are read
  std::string format = {};  // "parquet", "jsonl" or "text"; empty: decided by each file's ending
  bool skip_bad_lines = false;  // skip and count records that would be errors
  InvalidUtf8Text invalid_utf8 = InvalidUtf8Text::kStop;
  // A longer text, or a longer line, is an error. This limit bounds the memory that a compressed
  // file can take.
  std::uint64_t max_document_bytes = kMaxDocumentBytes;
};

/// What a reader has skipped, replaced or noted so far.
struct CorpusReport {
  std::uint64_t num_bad_lines = 0;     // skipped because of CorpusOptions::skip_bad_lines
  std::string first_bad_line;          // its error message, with file and line
  std::uint64_t num_replacements = 0;  // number of U+FFFD inserted by InvalidUtf8Text::kReplace
  std::vector<std::string> notes;      // sentences about files that were skipped on opening

  /// Adds the report of documents that come after those of this report.
  void Append(const CorpusReport& behind) {
    if (num_bad_lines == 0) first_bad_line = behind.first_bad_line;
    num_bad_lines += behind.num_bad_lines;
    num_replacements += behind.num_replacements;
    notes.insert(notes.end(), behind.notes.begin(), behind.notes.end());
  }
};

/// How much of a corpus has been read, in bytes of its files on disk (compressed bytes, if they are
/// compressed).
struct CorpusProgress {
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;  // 0: unknown
};

/// A reader of consecutive documents of a corpus. Several threads may each read a range of their
/// own at the same time.
class RowRangeReader {
 public:
  virtual ~RowRangeReader() = default;
  /// Sets `text` to the text of the next document, which is valid until the next call, or returns
  /// false at the end. Throws as CorpusReader::Next does.
  virtual bool NextText(std::string_view& text) = 0;
  /// The exclusive end of the documents' indices; skipped documents count.
  virtual std::uint64_t end_index() const = 0;
  virtual const CorpusReport& report() const = 0;
};

/// A stream of documents. Not thread-safe. It holds at most 64 rows and a data page of Parquet, or
/// one line of text: neither a row group nor the corpus. Errors are InputErrors that name the file,
/// the row (from 0, within the file) or the line (from 1), the column and the byte offset (from 0).
class CorpusReader {
 public:
  virtual ~CorpusReader() = default;
  /// Returns the next document, or nullopt at the end. Throws InputError if a text is null or not
  /// UTF-8, a file is truncated or a line is not JSON.
  virtual std::optional<Document> Next() = 0;
  /// Skips the next `num_documents` documents, including bad lines, without checking their text.
  /// The documents after them keep their indices. Returns the number of documents skipped, which is
  /// smaller if the corpus ends. Whole row groups and files of Parquet are skipped without reading
  /// them; lines are read.
  virtual std::uint64_t Skip(std::uint64_t num_documents) = 0;
  /// Returns an independent reader of the next documents and advances past them. Any thread may use
  /// the reader. It reads row groups of Parquet with some megabytes of text. Returns nullptr at the
  /// end, and if only Next() can read the next documents (they are lines, or the last row group is
  /// too large for one thread). The corpus must outlive the reader.
  virtual std::unique_ptr<RowRangeReader> NextRowRange() { return nullptr; }
  /// Returns one whole record as (column, value) pairs, in column order, to show what a corpus
  /// contains. JSON Lines and text are read from the start, so `row` should be small for them; it
  /// must be 0 for standard input. Throws InputError if there is no such row.
  virtual std::vector<std::pair<std::string, std::string>> Record(std::uint64_t row) const = 0;
  virtual const CorpusInfo& info() const = 0;
  virtual const CorpusReport& report() const = 0;
  virtual CorpusProgress progress() const = 0;
};

/// Opens a corpus. Each path is a file, a glob, a folder or a split of one of these; or the only
/// path is "-", standard input. A folder stands for its files of a known format, recursively,
/// sorted by name; all must have the same format. An empty file (0 bytes, of any format) has no
/// documents.
///
/// The ending decides the format: .parquet is Parquet; .jsonl, .ndjson and .json are JSON Lines;
/// .txt is text. All but .parquet may be followed by .gz, .zst or .bz2. Standard input and other
/// endings need CorpusOptions::format; the compression of standard input is recognized. JSON Lines
/// have one object per line; blank lines are skipped, and the text field may be a path (data.body).
/// In text, every line is a document, and an empty line is an empty document (as in the `text`
/// loader of Hugging Face datasets). Lines end with LF or CR LF. The text column of Parquet has the
/// type string, large_string, string_view or a dictionary of one of these.
///
/// A split is written FOLDER:SPLIT or FOLDER:CONFIG:SPLIT, in the grammar of split_expression.h;
/// dataset_layout.h says which files belong to it. A name that exists as a path is not read as a
/// split.
///
/// Throws InputError if a path does not exist, formats are mixed, an ending is unknown, a file is
/// named twice, a file is a Git LFS pointer or not Parquet, the text column is missing (the message
/// lists the columns), there is no document at all, or a split does not exist.
std::unique_ptr<CorpusReader> OpenCorpus(const std::vector<std::string>& paths,
                                         const CorpusOptions& options);

/// Returns the number of rows of a corpus: from Parquet footers if known, otherwise by reading all
/// of its lines.
std::uint64_t CountRows(const CorpusInfo& info, const CorpusOptions& options);

/// Returns the SHA-256 of a corpus of one file. For several files it is the SHA-256 of their
/// digests, each followed by LF, in the order of `files`. Returns an empty string for standard
/// input, which cannot be read twice.
std::string CorpusSha256(const CorpusInfo& info);

}  // namespace zipflens
