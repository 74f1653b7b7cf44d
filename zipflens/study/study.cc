#include "zipflens/study/study.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

namespace zipflens {

std::string StudyInfo::corpus_name() const {
  return fmt::format("{}", fmt::join(options.corpus, ", "));
}

CountSource StudyInfo::counts_source() const {
  if (!options.counts_file.empty()) return CountSource::kFile;
  if (options.counts_split) return CountSource::kOtherDocuments;
  return options.counts_corpus.empty() ? CountSource::kCorpus : CountSource::kOtherCorpus;
}

std::string StudyInfo::counts_name() const {
  if (options.counts_split) return "the corpus's documents that are not in the batch";
  return options.counts_corpus.empty() ? options.counts_file.string()
                                       : fmt::format("{}", fmt::join(options.counts_corpus, ", "));
}

void Study::Save(const std::filesystem::path& final_path, AtomicOutput::Existing existing,
                 const std::function<void(const std::filesystem::path&)>& add) {
  folder->SaveAs(final_path, existing, add);
}

std::vector<Correlation> Study::ByLayer(Measure measure, CorrelationMethod method) const {
  std::vector<Correlation> rows;
  std::copy_if(correlations.begin(), correlations.end(), std::back_inserter(rows),
               [&](const Correlation& row) {
                 return row.measure == measure && row.method == method && row.head == -1 &&
                        row.sequence == -1 && row.counts == info.counts_source();
               });
  std::stable_sort(rows.begin(), rows.end(), [](const Correlation& left, const Correlation& right) {
    return left.layer < right.layer;
  });
  return rows;
}

std::vector<Correlation> Study::BySequence(Measure measure, int layer) const {
  std::vector<Correlation> rows;
  std::copy_if(correlations.begin(), correlations.end(), std::back_inserter(rows),
               [&](const Correlation& row) {
                 return row.measure == measure && row.layer == layer && row.head == -1 &&
                        row.sequence >= 0 && row.counts == info.counts_source();
               });
  std::stable_sort(rows.begin(), rows.end(), [](const Correlation& left, const Correlation& right) {
    return left.sequence < right.sequence;
  });
  return rows;
}

}  // namespace zipflens
