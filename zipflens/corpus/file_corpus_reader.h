// FileCorpusReader: the parts of a corpus, one after another.
#pragma once

#include <memory>

#include "zipflens/corpus/corpus.h"
#include "zipflens/corpus/document_source.h"

namespace zipflens {

/// Reads what `info` says, at most one file open at a time.
class FileCorpusReader final : public CorpusReader {
 public:
  /// `notes` go into the report.
  FileCorpusReader(CorpusInfo info, CorpusOptions options, std::vector<std::string> notes = {});
  /// The same for standard input, which is opened here: its first record is read, and comes again.
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
  std::uint64_t part_index_ = 0;            // of the part's first row, in the corpus
  std::uint64_t bytes_of_parts_done_ = 0;
};

}  // namespace zipflens
