// What the corpus tests ask of a corpus.
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

/// The same by stretches, each text where the source holds it, as far as there are any.
inline std::vector<std::string> TextsOfStretches(const std::vector<std::string>& paths,
                                                 const CorpusOptions& options,
                                                 CorpusReport* report = nullptr) {
  const std::unique_ptr<CorpusReader> reader = OpenCorpus(paths, options);
  std::vector<std::string> texts;
  while (const std::unique_ptr<DocumentStretch> stretch = reader->NextStretch()) {
    for (std::string_view text; stretch->NextText(text);) texts.emplace_back(text);
    if (report != nullptr) report->Append(stretch->report());
  }
  return texts;
}

}  // namespace zipflens
