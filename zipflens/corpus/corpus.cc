#include "zipflens/corpus/corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/sha256.h"
#include "zipflens/corpus/byte_source.h"
#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/file_corpus_reader.h"
#include "zipflens/corpus/path_list.h"
#include "zipflens/corpus/row_range.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

bool IsEmptyFile(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error) && fs::file_size(file, error) == 0 && !error;
}

[[noreturn]] void RefuseWithoutDocuments(const CorpusInfo& info, const char* found) {
  if (std::all_of(info.files.begin(), info.files.end(), IsEmptyFile)) {
    found = info.files.size() == 1 ? "an empty file" : "empty files";
  }
  const std::string more =
      info.files.size() > 1 ? fmt::format(" (and {} more)", info.files.size() - 1) : "";
  const fs::path& first = info.files.front();
  throw InputError({.source = (IsStandardInput(first) ? "standard input" : first.string()) + more,
                    .found = found,
                    .expected = "at least one document"});
}

// Reads all footers, so that a file that is unreadable or has no text column is refused before any
// file is read.
void InspectParquetFiles(const CorpusOptions& options, CorpusInfo& info) {
  for (const fs::path& file : info.files) {
    ThrowIfInterrupted();
    if (IsEmptyFile(file)) {
      info.rows_of_files.push_back(0);
      continue;
    }
    ParquetSummary summary = InspectParquet(file, options);
    if (info.columns.empty()) info.columns = std::move(summary.columns);
    info.rows_of_files.push_back(summary.num_rows);
  }
}

// Opens every file of lines once, and reads the first record to find the names of its fields.
void InspectLineFiles(const CorpusOptions& options, CorpusInfo& info) {
  bool found_record = false;
  CorpusReport report;
  for (const fs::path& file : info.files) {
    ThrowIfInterrupted();
    if (IsEmptyFile(file)) continue;
    if (found_record) {
      OpenRawByteSource(file);  // throws if it cannot be read
      continue;
    }
    const auto source = OpenSource(file, info.format, {.corpus = options}, report);
    const CorpusRecord record = source->NextRecord();
    for (const auto& [name, value] : record) info.columns.push_back(name);
    found_record = !record.empty();
  }
  if (!found_record) RefuseWithoutDocuments(info, "no document");
}

// Adds a note that lists the empty files.
void NoteEmptyFiles(const CorpusInfo& info, std::vector<std::string>& notes) {
  std::size_t num_empty = 0;
  const fs::path* first = nullptr;
  for (const fs::path& file : info.files) {
    if (!IsEmptyFile(file)) continue;
    if (num_empty++ == 0) first = &file;
  }
  if (num_empty == 0) return;
  notes.push_back(num_empty == 1 ? fmt::format("{}: an empty file (0 bytes)", first->string())
                                 : fmt::format("{} and {} more files are empty (0 bytes)",
                                               first->string(), num_empty - 1));
}

std::uint64_t CountRowsOfFile(const fs::path& file, const std::string& format,
                              const CorpusOptions& options) {
  if (IsEmptyFile(file)) return 0;
  CorpusReport report;
  return OpenSource(file, format, {.corpus = options}, report)->Skip(kAllRows);
}

/// Converts the items of a path list to parts of files.
class PartMaker {
 public:
  PartMaker(const PathList& list, const CorpusOptions& options, CorpusInfo& info)
      : list_(list), options_(options), info_(info) {
    for (std::size_t file_idx = 0; file_idx < info.files.size(); ++file_idx) {
      index_of_.emplace(info.files[file_idx].native(), file_idx);
    }
  }

  void MakeParts() {
    const bool counts_rows = std::any_of(list_.items.begin(), list_.items.end(), NeedsRows);
    if (counts_rows && info_.rows_of_files.empty()) {
      for (const fs::path& file : info_.files) {
        info_.rows_of_files.push_back(CountRowsOfFile(file, info_.format, options_));
      }
    }
    for (const PathList::Item& item : list_.items) {
      if (item.split) {
        AddSplit(*item.split);
      } else {
        AddWhole(item.files);
      }
    }
    CountAndDropUnused();
  }

 private:
  static bool NeedsRows(const PathList::Item& item) {
    if (!item.split) return false;
    const std::vector<SplitTerm>& terms = item.split->expression.terms();
    return std::any_of(terms.begin(), terms.end(),
                       [](const SplitTerm& term) { return term.from || term.to; });
  }

  std::size_t IndexOf(const fs::path& file) const {
    // If a file has two names, its first entry in the list represents both.
    const auto found = index_of_.find(file.native());
    if (found != index_of_.end()) return found->second;
    const auto same =
        std::find_if(info_.files.begin(), info_.files.end(), [&](const fs::path& each) {
          return fs::absolute(each).lexically_normal() == fs::absolute(file).lexically_normal();
        });
    ZIPFLENS_CHECK(same != info_.files.end());
    return same - info_.files.begin();
  }

  void AddWhole(const std::vector<fs::path>& files) {
    for (const fs::path& file : files) {
      const std::size_t file_idx = IndexOf(file);
      const std::uint64_t end =
          info_.rows_of_files.empty() ? kAllRows : info_.rows_of_files[file_idx];
      if (end > 0 && !IsEmptyFile(file)) info_.parts.push_back({file_idx, {0, end}});
    }
  }

  void AddSplit(const SplitFiles& split) {
    if (info_.rows_of_files.empty()) {
      for (const SplitTerm& term : split.expression.terms())
        AddWhole(split.files_of.at(term.split));
      return;
    }
    const auto rows_of = [&](const std::string& name) {
      std::vector<std::uint64_t> rows;
      for (const fs::path& file : split.files_of.at(name)) {
        rows.push_back(info_.rows_of_files[IndexOf(file)]);
      }
      return rows;
    };
    const auto num_rows_of = [&](const std::string& name) {
      const std::vector<std::uint64_t> rows = rows_of(name);
      return std::accumulate(rows.begin(), rows.end(), std::uint64_t{0});
    };
    for (const auto& [name, range] : split.expression.Resolve(num_rows_of)) {
      for (const ShardRange& shard : RangesOfShards(range, rows_of(name))) {
        info_.parts.push_back({IndexOf(split.files_of.at(name)[shard.shard_idx]), shard.rows});
      }
    }
  }

  // Counts the rows of all parts and removes the files that no part reads. Throws if no file
  // remains.
  void CountAndDropUnused() {
    std::vector<fs::path> files;
    std::vector<std::uint64_t> rows_of_files;
    std::uint64_t num_rows = 0;
    std::vector<std::size_t> new_idx(info_.files.size(), info_.files.size());
    for (CorpusPart& part : info_.parts) {
      std::size_t& idx = new_idx[part.file_idx];
      if (idx == info_.files.size()) {
        idx = files.size();
        files.push_back(info_.files[part.file_idx]);
        if (!info_.rows_of_files.empty()) {
          rows_of_files.push_back(info_.rows_of_files[part.file_idx]);
        }
      }
      part.file_idx = idx;
      num_rows += part.rows.size();
    }
    if (files.empty()) RefuseWithoutDocuments(info_, "no rows");
    if (!rows_of_files.empty()) info_.num_rows = num_rows;
    info_.files = std::move(files);
    info_.rows_of_files = std::move(rows_of_files);
  }

  const PathList& list_;
  const CorpusOptions& options_;
  CorpusInfo& info_;
  std::unordered_map<std::string, std::size_t> index_of_;
};

std::unique_ptr<CorpusReader> OpenStandardInput(CorpusInfo info, const CorpusOptions& options) {
  info.parts = {{0, {0, kAllRows}}};
  auto reader = FileCorpusReader::OfStandardInput(std::move(info), options);
  if (reader->info().columns.empty()) RefuseWithoutDocuments(reader->info(), "no document");
  return reader;
}

}  // namespace

std::string ListNames(const std::vector<std::string>& names, std::size_t num_more) {
  constexpr std::size_t kMaxNames = 40;
  std::string list;
  for (std::size_t i = 0; i < names.size() && i < kMaxNames; ++i) {
    list += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kMaxNames) num_more += names.size() - kMaxNames;
  if (num_more > 0) list += fmt::format(" and {} more", num_more);
  return names.empty() ? "(none)" : list;
}

void ThrowTooLong(const fs::path& path, const std::string& place, const char* what,
                  const CorpusOptions& options) {
  throw InputError(
      {.source = path.string(),
       .place = place,
       .found = fmt::format("{} of more than {} bytes", what, options.max_document_bytes),
       .expected =
           fmt::format("a shorter document (or --max-document, up to {})", kMostDocumentBytes)});
}

std::unique_ptr<DocumentSource> OpenSource(const fs::path& path, const std::string& format,
                                           const SourceOptions& options, CorpusReport& report) {
  if (format == "parquet") return OpenParquetSource(path, options, report);
  if (format == "jsonl") return OpenJsonlSource(path, options, report);
  return OpenTextSource(path, options, report);
}

std::unique_ptr<CorpusReader> OpenCorpus(const std::vector<std::string>& paths,
                                         const CorpusOptions& options) {
  const PathList list = ExpandPaths(paths, options.format);
  CorpusInfo info;
  info.files = list.files;
  info.format = list.format;
  if (IsStandardInput(info.files.front())) return OpenStandardInput(std::move(info), options);
  if (info.format == "parquet") {
    InspectParquetFiles(options, info);
  } else {
    InspectLineFiles(options, info);
  }
  std::vector<std::string> notes = list.notes;
  NoteEmptyFiles(info, notes);
  PartMaker(list, options, info).MakeParts();
  for (const fs::path& file : info.files) info.num_bytes += fs::file_size(file);
  return std::make_unique<FileCorpusReader>(std::move(info), options, std::move(notes));
}

std::uint64_t CountRows(const CorpusInfo& info, const CorpusOptions& options) {
  if (info.num_rows) return *info.num_rows;
  if (IsStandardInput(info.files.front())) {
    throw InputError({.source = "standard input",
                      .found = "rows to be counted before they are read",
                      .expected = "files"});
  }
  std::uint64_t num_rows = 0;
  for (const CorpusPart& part : info.parts) {
    num_rows += CountRowsOfFile(info.files[part.file_idx], info.format, options);
  }
  return num_rows;
}

std::string CorpusSha256(const CorpusInfo& info) {
  if (info.files.size() == 1) {
    return IsStandardInput(info.files.front()) ? "" : Sha256OfFile(info.files.front());
  }
  Sha256 hash;
  for (const fs::path& file : info.files) hash.Update(Sha256OfFile(file) + "\n");
  return hash.HexDigest();
}

}  // namespace zipflens
