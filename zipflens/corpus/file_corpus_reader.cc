#include "zipflens/corpus/file_corpus_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/numbers.h"
#include "zipflens/corpus/byte_source.h"

namespace zipflens {

namespace fs = std::filesystem;

namespace {

// Large enough that opening a file once more costs nothing noticeable; small enough that all
// threads finish at about the same time.
constexpr std::uint64_t kRangeBytes = std::uint64_t{8} << 20;
// The largest last range: a larger one would keep a single thread busy at the end of the corpus.
constexpr std::uint64_t kMaxLastRangeBytes = 4 * kRangeBytes;

/// Opens the file in the thread that reads it, at the first read.
class FileRangeReader final : public RowRangeReader {
 public:
  FileRangeReader(fs::path path, std::string format, const SourceOptions& options,
                  std::uint64_t index)
      : path_(std::move(path)), format_(std::move(format)), options_(options), index_(index) {}

  bool NextText(std::string_view& text) override {
    if (source_ == nullptr) source_ = OpenSource(path_, format_, options_, report_);
    ThrowIfInterrupted();
    return source_->NextText(storage_, text);
  }
  std::uint64_t end_index() const override { return index_ + options_.rows.size(); }
  const CorpusReport& report() const override { return report_; }

 private:
  fs::path path_;
  std::string format_;
  SourceOptions options_;
  std::uint64_t index_;  // index in the corpus of its first row
  CorpusReport report_;
  std::unique_ptr<DocumentSource> source_;
  Document storage_;
};

}  // namespace

FileCorpusReader::FileCorpusReader(CorpusInfo info, CorpusOptions options,
                                   std::vector<std::string> notes)
    : info_(std::move(info)), options_(std::move(options)) {
  report_.notes = std::move(notes);
  for (const fs::path& file : info_.files) {
    bytes_of_files_.push_back(IsStandardInput(file) ? 0 : fs::file_size(file));
  }
  for (const CorpusPart& each : info_.parts) bytes_of_parts_ += PartBytes(each);
}

std::unique_ptr<FileCorpusReader> FileCorpusReader::OfStandardInput(CorpusInfo info,
                                                                    CorpusOptions options) {
  auto reader = std::make_unique<FileCorpusReader>(std::move(info), std::move(options));
  reader->OpenPart();
  reader->first_record_ = reader->source_->NextRecord();
  if (!reader->first_record_.empty()) reader->source_->Unread();
  for (const auto& [name, value] : reader->first_record_) reader->info_.columns.push_back(name);
  return reader;
}

void FileCorpusReader::OpenPart() {
  const CorpusPart& next = info_.parts[next_part_++];
  source_ = OpenSource(info_.files[next.file_idx], info_.format,
                       {.corpus = options_, .rows = next.rows}, report_);
}

void FileCorpusReader::ClosePart() {
  part_index_ += std::max(source_->rows_done(), part().rows.begin) - part().rows.begin;
  bytes_of_parts_done_ += PartBytes(part());
  source_.reset();
}

std::optional<Document> FileCorpusReader::Next() {
  Document document;
  while (!AtEnd()) {
    if (source_ == nullptr) OpenPart();
    ThrowIfInterrupted();
    if (source_->Next(document)) {
      document.index = part_index_ + source_->rows_done() - 1 - part().rows.begin;
      return document;
    }
    ClosePart();
  }
  return std::nullopt;
}

std::unique_ptr<RowRangeReader> FileCorpusReader::NextRowRange() {
  while (!AtEnd()) {
    if (source_ == nullptr) {
      if (info_.format != "parquet") return nullptr;
      OpenPart();
    }
    const SizedRange row_range = source_->NextRowRange(kRangeBytes);
    if (row_range.rows.size() == 0) {
      if (source_->rows_done() < part().rows.end) return nullptr;
      ClosePart();
      continue;
    }
    const bool is_last = next_part_ == info_.parts.size() && row_range.rows.end >= part().rows.end;
    if (is_last && row_range.num_bytes > kMaxLastRangeBytes) return nullptr;
    const std::uint64_t index = part_index_ + row_range.rows.begin - part().rows.begin;
    source_->Skip(row_range.rows.size());
    return std::make_unique<FileRangeReader>(
        info_.files[part().file_idx], info_.format,
        SourceOptions{.corpus = options_, .rows = row_range.rows}, index);
  }
  return nullptr;
}

std::uint64_t FileCorpusReader::Skip(std::uint64_t num_documents) {
  std::uint64_t num_skipped = 0;
  while (num_skipped < num_documents && !AtEnd()) {
    if (source_ == nullptr) {
      const CorpusPart& next = info_.parts[next_part_];
      const bool is_known = next.rows.end != kAllRows;
      if (is_known && next.rows.size() <= num_documents - num_skipped) {
        num_skipped += next.rows.size();
        part_index_ += next.rows.size();
        bytes_of_parts_done_ += PartBytes(next);
        ++next_part_;
        continue;
      }
      OpenPart();
    }
    num_skipped += source_->Skip(num_documents - num_skipped);
    if (num_skipped < num_documents) ClosePart();
  }
  return num_skipped;
}

// Returns the bytes to read for a part. Lines before the first wanted row are read, too; row groups
// before it are not.
std::uint64_t FileCorpusReader::PartBytes(const CorpusPart& part) const {
  const std::uint64_t bytes = bytes_of_files_[part.file_idx];
  if (part.rows.end == kAllRows) return bytes;
  const std::uint64_t first_read = info_.format == "parquet" ? part.rows.begin : 0;
  const std::uint64_t rows = std::max<std::uint64_t>(info_.rows_of_files[part.file_idx], 1);
  return static_cast<std::uint64_t>(Real(bytes) * Real(part.rows.end - first_read) / Real(rows));
}

CorpusProgress FileCorpusReader::progress() const {
  CorpusProgress progress = {.bytes_done = bytes_of_parts_done_, .bytes_total = bytes_of_parts_};
  if (source_ != nullptr && info_.format == "parquet") {
    const RowRange done = {part().rows.begin, std::max(source_->rows_done(), part().rows.begin)};
    progress.bytes_done += PartBytes({part().file_idx, done});
  } else if (source_ != nullptr) {
    progress.bytes_done += source_->bytes_done();
  }
  if (progress.bytes_total > 0) {
    progress.bytes_done = std::min(progress.bytes_done, progress.bytes_total);
  }
  return progress;
}

CorpusRecord FileCorpusReader::Record(std::uint64_t row) const {
  CorpusRecord record;
  if (!first_record_.empty() && row == 0) return first_record_;
  if (first_record_.empty()) {
    record = info_.format == "parquet" ? ParquetRecord(row) : LineRecord(row);
  }
  if (!record.empty()) return record;
  throw InputError({.source = info_.files.front().string(),
                    .place = fmt::format("row {}", row),
                    .found = "the end of the corpus before it",
                    .expected = "a row that exists (the first is 0)"});
}

CorpusRecord FileCorpusReader::ParquetRecord(std::uint64_t row) const {
  for (const CorpusPart& each : info_.parts) {
    if (row < each.rows.size()) {
      return ReadParquetRecord(info_.files[each.file_idx], each.rows.begin + row, options_);
    }
    row -= each.rows.size();
  }
  return {};
}

CorpusRecord FileCorpusReader::LineRecord(std::uint64_t row) const {
  CorpusReport report;
  for (const CorpusPart& each : info_.parts) {
    const auto source = OpenSource(info_.files[each.file_idx], info_.format,
                                   {.corpus = options_, .rows = each.rows}, report);
    row -= source->Skip(row);
    if (row > 0) continue;
    CorpusRecord record = source->NextRecord();
    if (!record.empty()) return record;
  }
  return {};
}

}  // namespace zipflens
