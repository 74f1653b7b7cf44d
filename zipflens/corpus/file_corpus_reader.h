// FileCorpusReader: reads the parts of a corpus, one after another.
#pragma once

#include <memory>

#include "zipflens/corpus/corpus.h"
#include "zipflens/corpus/document_source.h"

namespace zipflens {

/// Reads the parts that `info` lists and keeps at most one file open at a time.
class FileCorpusReader final : public CorpusReader {
 public:
  /// `notes` become part of the report.
  FileCorpusReader(CorpusInfo info, CorpusOptions options, std::vector<std::string> notes = {});
  /// Opens standard input. Reads its first record, for Record(0) and the columns, and returns it to
  /// the source, so that Next() reads it again.
  static std::unique_ptr<FileCorpusReader> OfStandardInput(CorpusInfo info, CorpusOptions options);

  std::optional<Document> Next() override;
  std::uint64_t Skip(std::uint64_t num_documents) override;
  std::unique_ptr<RowRangeReader> NextRowRange() override;
  CorpusRecord Record(std::uint64_t row) const override;
  const CorpusInfo& info() const override { return info_; }
  const CorpusReport& report() const override { return report_; }
  CorpusProgress progress() const override;

 private:
  bool AtEnd() const { return source_ == nullptr && next_part_ == info_.parts.size(); }
  const CorpusPart& part() const { return info_.parts[next_part_ - 1]; }
  void OpenPart();
  void ClosePart();
  std::uint64_t PartBytes(const CorpusPart& part) const;
  CorpusRecord ParquetRecord(std::uint64_t row) const;
  CorpusRecord LineRecord(std::uint64_t row) const;

  CorpusInfo info_;
  CorpusOptions options_;
  CorpusReport report_;
  std::vector<std::uint64_t> bytes_of_files_;
  std::uint64_t bytes_of_parts_ = 0;
  CorpusRecord first_record_;  // of standard input
  std::size_t next_part_ = 0;
  std::unique_ptr<DocumentSource> source_;  // of the part before next_part_
  std::uint64_t part_index_ = 0;            // index in the corpus of the part's first row
  std::uint64_t bytes_of_parts_done_ = 0;
};

}  // namespace zipflens
