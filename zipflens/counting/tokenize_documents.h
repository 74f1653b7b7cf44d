// TokenizeDocuments: the ids of documents, one after another.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "zipflens/corpus/corpus.h"

namespace zipflens {

/// Where documents come from: a corpus, else text files with one document per line, which may be
/// compressed. The options hold for both.
struct DocumentSources {
  std::vector<std::string> corpus;  // files, globs or folders, as for a study
  CorpusOptions corpus_options;
  std::vector<std::string> files;  // if `corpus` is empty; "-", "/dev/stdin": standard input
};

/// Calls `consume` with the ids of every document in order; the span is valid during the call.
/// Throws InputError naming file, line and byte if a text is not UTF-8. Returns what was left out,
/// or replaced.
CorpusReport TokenizeDocuments(const std::filesystem::path& model_dir,
                               const DocumentSources& sources,
                               const std::function<void(std::span<const std::int32_t>)>& consume);

}  // namespace zipflens
