// Corpus: documents in order, out of Parquet, JSON Lines or text files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace zipflens {

/// One document. `text` is valid UTF-8.
struct Document {
  std::uint64_t index = 0;  // row in the corpus, from 0, over all files
  std::string text;
  std::string title;  // the `title` column or field, where there is one
};

/// What a corpus says about itself before it is read.
struct CorpusInfo {
  std::vector<std::filesystem::path> files;  // in reading order
  std::string format;                        // "parquet", "jsonl", "text"
  std::optional<std::uint64_t> num_rows;     // known beforehand for Parquet only
  std::vector<std::string> columns;  // Parquet columns, or the fields of the first JSON record
  std::uint64_t num_bytes = 0;       // of the files
};

/// How to read: which column holds the text.
struct CorpusOptions {
  std::string text_column = "text";
  std::string title_column = "title";
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
  /// One whole record as "column: value" pairs, in column order; for showing what a corpus holds.
  /// `row` must be small for JSON Lines and text (they are read from the start). Throws InputError
  /// where there is no such row.
  virtual std::vector<std::pair<std::string, std::string>> Record(std::uint64_t row) const = 0;
  virtual const CorpusInfo& info() const = 0;
};

/// Opens a corpus: one or more files, globs or folders (a folder: its files of the one known
/// format, sorted by name, recursively). The ending decides: .parquet; .jsonl, .ndjson, .jsonl.gz,
/// .jsonl.zst; .txt, .txt.gz, .txt.zst. JSON Lines: an object a line, blank lines passed over.
/// Text: every line is a document, an empty line one without characters (as the `text` loader of
/// Hugging Face datasets has it). Lines end at LF or CR LF. Parquet: the text column is string,
/// large_string, string_view or a dictionary of one of these. Throws InputError: nothing there, a
/// mix of formats, an unknown ending, a file named twice, an empty file, not Parquet, no text
/// column (listing those there are), no document at all.
std::unique_ptr<CorpusReader> OpenCorpus(const std::vector<std::string>& paths,
                                         const CorpusOptions& options);

/// One file: its SHA-256. Several: the SHA-256 of their digests, each followed by LF, in reading
/// order.
std::string CorpusSha256(const CorpusInfo& info);

}  // namespace zipflens
