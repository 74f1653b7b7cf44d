// Corpus: documents in order, out of Parquet, JSON Lines or text files.
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
  std::uint64_t index = 0;  // row in what is read of the corpus, from 0, over all files
  std::string text;
  std::string title;  // the `title` column or field, where there is one
};

/// The end of rows whose number is not known before they are read.
inline constexpr std::uint64_t kAllRows = std::numeric_limits<std::uint64_t>::max();

/// Rows of one file that are read.
struct CorpusPart {
  std::size_t file_idx = 0;  // in CorpusInfo::files
  RowRange rows;             // end = kAllRows: to the end of the file
};

/// What a corpus says about itself before it is read.
struct CorpusInfo {
  std::vector<std::filesystem::path> files;  // "-": standard input
  std::string format;                        // "parquet", "jsonl", "text"
  std::vector<CorpusPart> parts;             // in reading order
  std::vector<std::uint64_t> rows_of_files;  // Parquet, and where a split asked for them
  std::optional<std::uint64_t> num_rows;     // of the parts, where known beforehand
  std::vector<std::string> columns;  // Parquet columns, or the fields of the first JSON record
  std::uint64_t num_bytes = 0;       // of the files that are read; 0 for standard input
};

/// What to do with bytes that are not UTF-8.
enum class InvalidUtf8Text {
  kStop,     // an InputError that names document and byte offset
  kReplace,  // U+FFFD for each maximal subpart, as Python's decoder under errors="replace"
};

/// The default of CorpusOptions::max_document_bytes, and the most that it may be.
inline constexpr std::uint64_t kMaxDocumentBytes = 64'000'000;
inline constexpr std::uint64_t kMostDocumentBytes = 1'000'000'000;

/// How to read.
struct CorpusOptions {
  std::string text_column = "text";    // column (Parquet) or field (JSON Lines) that holds the text
  std::string title_column = "title";  // empty: no titles are read
  std::string format = {};      // "parquet", "jsonl" or "text" whatever the endings; empty: by them
  bool skip_bad_lines = false;  // leave out and count what would otherwise be an error in a record
  InvalidUtf8Text invalid_utf8 = InvalidUtf8Text::kStop;
  // A longer text, or line that holds one, is bad. It bounds the memory that a compressed file
  // takes.
  std::uint64_t max_document_bytes = kMaxDocumentBytes;
};

/// What was met while reading, so far.
struct CorpusReport {
  std::uint64_t num_bad_lines = 0;     // left out, with CorpusOptions::skip_bad_lines
  std::string first_bad_line;          // the error it would have been, with file and line
  std::uint64_t num_replacements = 0;  // U+FFFD put in, with InvalidUtf8Text::kReplace
  std::vector<std::string> notes;      // sentences on what was passed over when it was opened

  /// Adds what was met behind all that is in this report.
  void Append(const CorpusReport& behind) {
    if (num_bad_lines == 0) first_bad_line = behind.first_bad_line;
    num_bad_lines += behind.num_bad_lines;
    num_replacements += behind.num_replacements;
    notes.insert(notes.end(), behind.notes.begin(), behind.notes.end());
  }
};

/// How much of a corpus has been read, in bytes of its files (compressed bytes, where they are).
struct CorpusProgress {
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;  // 0: not known
};

/// Some documents in a row of a corpus, which one thread reads while others read theirs.
class RowRangeReader {
 public:
  virtual ~RowRangeReader() = default;
  /// Sets the text of the next document, valid until the next call; false at the end. Throws as
  /// CorpusReader::Next.
  virtual bool NextText(std::string_view& text) = 0;
  /// The index behind the last document, of those that are left out too.
  virtual std::uint64_t end_index() const = 0;
  virtual const CorpusReport& report() const = 0;
};

/// A stream of documents. Not thread-safe; memory is bounded by 64 rows and a data page of Parquet
/// or by one line, not by the row group or the corpus. Errors are InputErrors that name file, row
/// (from 0, within the file) or line (from 1), column and byte offset (from 0).
class CorpusReader {
 public:
  virtual ~CorpusReader() = default;
  /// The next document, or nothing at the end. Throws InputError: a null or non-UTF-8 text, a
  /// truncated file, a line that is not JSON.
  virtual std::optional<Document> Next() = 0;
  /// Leaves the next `num_documents` out, bad lines among them, without looking at their text; what
  /// follows keeps its index. Returns how many there were. Whole row groups and files of Parquet
  /// are not read; lines are.
  virtual std::uint64_t Skip(std::uint64_t num_documents) = 0;
  /// Returns an independent reader of the next documents (row groups of Parquet, some megabytes of
  /// text), which any thread may use, and advances past them. Returns nullptr at the end, and if
  /// only Next() can read the next documents (lines; row groups that are too large). The corpus
  /// must outlive the reader.
  virtual std::unique_ptr<RowRangeReader> NextRowRange() { return nullptr; }
  /// One whole record as "column: value" pairs, in column order; for showing what a corpus holds.
  /// `row` must be small for JSON Lines and text (they are read from the start), and 0 for standard
  /// input. Throws InputError where there is no such row.
  virtual std::vector<std::pair<std::string, std::string>> Record(std::uint64_t row) const = 0;
  virtual const CorpusInfo& info() const = 0;
  virtual const CorpusReport& report() const = 0;
  virtual CorpusProgress progress() const = 0;
};

/// Opens a corpus: one or more files, globs, folders (a folder: its files of the one known format,
/// sorted by name, recursively), splits of one of these, or "-" for standard input alone. An empty
/// file (0 bytes, of any format) is one without documents.
///
/// The ending decides on the format: .parquet; .jsonl, .ndjson, .json; .txt; all but the first also
/// with .gz, .zst or .bz2. Standard input and other endings need CorpusOptions::format; compression
/// of standard input is recognized. JSON Lines: an object a line, blank lines passed over; the text
/// field may be a path (data.body). Text: every line is a document, an empty line one without
/// characters (as the `text` loader of Hugging Face datasets has it). Lines end at LF or CR LF.
/// Parquet: the text column is string, large_string, string_view or a dictionary of one of these.
///
/// A split is FOLDER:SPLIT or FOLDER:CONFIG:SPLIT in the grammar of split_expression.h; see
/// dataset_layout.h for the files it takes. A name that exists as it stands is no split.
///
/// Throws InputError: nothing there, a mix of formats, an unknown ending, a file named twice, a Git
/// LFS pointer, not Parquet, no text column (listing those there are), no document at all, a split
/// that is not there.
std::unique_ptr<CorpusReader> OpenCorpus(const std::vector<std::string>& paths,
                                         const CorpusOptions& options);

/// The rows of a corpus: those known from Parquet footers, else counted by reading all its lines.
std::uint64_t CountRows(const CorpusInfo& info, const CorpusOptions& options);

/// One file: its SHA-256. Several: the SHA-256 of their digests, each followed by LF, in the order
/// of `files`. Standard input, which cannot be read again: empty.
std::string CorpusSha256(const CorpusInfo& info);

}  // namespace zipflens
