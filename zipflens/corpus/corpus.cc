#include "zipflens/corpus/corpus.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/sha256.h"
#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/path_list.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<DocumentSource> OpenSource(const fs::path& path, const std::string& format,
                                           const CorpusOptions& options) {
  if (format == "parquet") return OpenParquetSource(path, options);
  if (format == "jsonl") return OpenJsonlSource(path, options);
  return OpenTextSource(path);
}

// Several files of one format, one after another; at most one is open.
class FileCorpusReader final : public CorpusReader {
 public:
  FileCorpusReader(CorpusInfo info, CorpusOptions options, std::vector<std::uint64_t> rows_of_file)
      : info_(std::move(info)),
        options_(std::move(options)),
        rows_of_file_(std::move(rows_of_file)) {}

  std::optional<Document> Next() override {
    Document document;
    while (next_file_ < info_.files.size() || source_ != nullptr) {
      if (source_ == nullptr) {
        source_ = OpenSource(info_.files[next_file_++], info_.format, options_);
      }
      ThrowIfInterrupted();
      if (source_->Next(document)) {
        document.index = next_index_++;
        return document;
      }
      source_.reset();
    }
    return std::nullopt;
  }

  CorpusRecord Record(std::uint64_t row) const override {
    CorpusRecord record = info_.format == "parquet" ? ParquetRecord(row) : LineRecord(row);
    if (!record.empty()) return record;
    throw InputError({.source = info_.files.front().string(),
                      .place = fmt::format("row {}", row),
                      .found = "the end of the corpus before it",
                      .expected = "a row that exists (the first is 0)"});
  }

  const CorpusInfo& info() const override { return info_; }

 private:
  CorpusRecord ParquetRecord(std::uint64_t row) const {
    for (std::size_t file_idx = 0; file_idx < info_.files.size(); ++file_idx) {
      if (row < rows_of_file_[file_idx]) return ReadParquetRecord(info_.files[file_idx], row);
      row -= rows_of_file_[file_idx];
    }
    return {};
  }

  CorpusRecord LineRecord(std::uint64_t row) const {
    for (const fs::path& file : info_.files) {
      const std::unique_ptr<DocumentSource> source = OpenSource(file, info_.format, options_);
      while (row > 0 && source->Skip()) {
        ThrowIfInterrupted();
        --row;
      }
      if (row > 0) continue;
      CorpusRecord record = source->NextRecord();
      if (!record.empty()) return record;
    }
    return {};
  }

  CorpusInfo info_;
  CorpusOptions options_;
  std::vector<std::uint64_t> rows_of_file_;  // Parquet only
  std::size_t next_file_ = 0;
  std::unique_ptr<DocumentSource> source_;
  std::uint64_t next_index_ = 0;
};

[[noreturn]] void RefuseWithoutDocuments(const CorpusInfo& info, const char* found) {
  const std::string more =
      info.files.size() > 1 ? fmt::format(" (and {} more)", info.files.size() - 1) : "";
  throw InputError({.source = info.files.front().string() + more,
                    .found = found,
                    .expected = "at least one document"});
}

// Sums up the footers: every file is known to be readable, with a text column, before any is read.
std::vector<std::uint64_t> InspectParquetFiles(const CorpusOptions& options, CorpusInfo& info) {
  std::vector<std::uint64_t> rows_of_file;
  std::uint64_t num_rows = 0;
  for (const fs::path& file : info.files) {
    ThrowIfInterrupted();
    ParquetSummary summary = InspectParquet(file, options);
    if (rows_of_file.empty()) info.columns = std::move(summary.columns);
    rows_of_file.push_back(summary.num_rows);
    num_rows += summary.num_rows;
  }
  if (num_rows == 0) RefuseWithoutDocuments(info, "no rows");
  info.num_rows = num_rows;
  return rows_of_file;
}

// Opens every file of lines once, and reads the first record for the names of its fields.
void InspectLineFiles(const CorpusOptions& options, CorpusInfo& info) {
  bool found_record = false;
  for (const fs::path& file : info.files) {
    const std::unique_ptr<DocumentSource> source = OpenSource(file, info.format, options);
    if (fs::file_size(file) == 0) {
      throw InputError({.source = file.string(),
                        .found = "an empty file",
                        .expected = "a document on each line"});
    }
    if (found_record) continue;
    const CorpusRecord record = source->NextRecord();
    for (const auto& [name, value] : record) info.columns.push_back(name);
    found_record = !record.empty();
  }
  if (!found_record) RefuseWithoutDocuments(info, "no document");
}

}  // namespace

std::string ListNames(const std::vector<std::string>& names) {
  constexpr std::size_t kMaxNames = 40;
  std::string list;
  for (std::size_t i = 0; i < names.size() && i < kMaxNames; ++i) {
    list += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kMaxNames) list += fmt::format(" and {} more", names.size() - kMaxNames);
  return names.empty() ? "(none)" : list;
}

std::unique_ptr<CorpusReader> OpenCorpus(const std::vector<std::string>& paths,
                                         const CorpusOptions& options) {
  PathList list = ExpandPaths(paths);
  CorpusInfo info;
  info.files = std::move(list.files);
  info.format = list.format;
  std::vector<std::uint64_t> rows_of_file;
  if (info.format == "parquet") {
    rows_of_file = InspectParquetFiles(options, info);
  } else {
    InspectLineFiles(options, info);
  }
  for (const fs::path& file : info.files) info.num_bytes += fs::file_size(file);
  return std::make_unique<FileCorpusReader>(std::move(info), options, std::move(rows_of_file));
}

std::string CorpusSha256(const CorpusInfo& info) {
  if (info.files.size() == 1) return Sha256OfFile(info.files.front());
  Sha256 hash;
  for (const fs::path& file : info.files) hash.Update(Sha256OfFile(file) + "\n");
  return hash.HexDigest();
}

}  // namespace zipflens
