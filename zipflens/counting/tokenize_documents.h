// TokenizeDocuments: computes the ids of documents, one after another.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "zipflens/corpus/corpus.h"

namespace zipflens {

/// The source of documents: a corpus, or else text files with one document per line, which may be
/// compressed. The options apply to both.
struct DocumentSources {
  std::vector<std::string> corpus;  // files, globs or folders, as for a study
  CorpusOptions corpus_options;
  std::vector<std::string> files;  // if `corpus` is empty; "-", "/dev/stdin": standard input
};

/// Calls `consume` with the ids of every document, in order; the span is valid only during the
/// call. Returns what was skipped or replaced. Throws InputError that names the file, the line and
/// the byte if a text is not UTF-8.
CorpusReport TokenizeDocuments(const std::filesystem::path& model_dir,
                               const DocumentSources& sources,
                               const std::function<void(std::span<const std::int32_t>)>& consume);

}  // namespace zipflens
