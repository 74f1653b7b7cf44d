// Functions with which the corpus tests read a corpus.
#pragma once

#include <string>
#include <vector>

#include "zipflens/corpus/corpus.h"

namespace zipflens {

inline std::vector<Document> ReadAll(const std::vector<std::string>& paths,
                                     const CorpusOptions& options = {}) {
  const std::unique_ptr<CorpusReader> reader = OpenCorpus(paths, options);
  std::vector<Document> documents;
  while (std::optional<Document> document = reader->Next()) {
    documents.push_back(std::move(*document));
  }
  return documents;
}

inline std::vector<std::string> TextsOf(const std::vector<std::string>& paths,
                                        const CorpusOptions& options = {}) {
  std::vector<std::string> texts;
  for (Document& document : ReadAll(paths, options)) texts.push_back(std::move(document.text));
  return texts;
}

/// Returns the texts read by row ranges, as long as NextRowRange returns one.
inline std::vector<std::string> TextsOfRowRanges(const std::vector<std::string>& paths,
                                                 const CorpusOptions& options,
                                                 CorpusReport* report = nullptr) {
  const std::unique_ptr<CorpusReader> reader = OpenCorpus(paths, options);
  std::vector<std::string> texts;
  while (const std::unique_ptr<RowRangeReader> row_range = reader->NextRowRange()) {
    for (std::string_view text; row_range->NextText(text);) texts.emplace_back(text);
    if (report != nullptr) report->Append(row_range->report());
  }
  return texts;
}

}  // namespace zipflens
