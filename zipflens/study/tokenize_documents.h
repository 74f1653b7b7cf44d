// TokenizeDocuments: the ids of documents, one after another.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "zipflens/corpus/corpus.h"

namespace zipflens {

/// Where documents come from: a corpus, else text files with a document a line.
struct DocumentSources {
  std::vector<std::string> corpus;  // files, globs or folders, as for a study
  CorpusOptions corpus_options;
  std::vector<std::string> files;  // where `corpus` is empty; "-" is standard input
};

/// Calls `consume` with the ids of every document in order; the span is valid during the call.
/// Throws InputError naming file, line and byte where a text is not UTF-8. Returns what was left
/// out of a corpus, or replaced in it.
CorpusReport TokenizeDocuments(const std::filesystem::path& model_dir,
                               const DocumentSources& sources, std::istream& standard_input,
                               const std::function<void(std::span<const std::int32_t>)>& consume);

}  // namespace zipflens
