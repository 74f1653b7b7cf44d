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

}  // namespace zipflens
