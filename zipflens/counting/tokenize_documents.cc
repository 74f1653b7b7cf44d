#include "zipflens/counting/tokenize_documents.h"

#include <string_view>

#include "zipflens/base/interrupt.h"
#include "zipflens/corpus/document_source.h"
#include "zipflens/tokenizer/chunk_counter.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {
namespace {

// Returns whether a name means standard input: "-", or the system's name of it.
bool IsStandardInputName(const std::string& file) { return file == "-" || file == "/dev/stdin"; }

}  // namespace

CorpusReport TokenizeDocuments(const std::filesystem::path& model_dir,
                               const DocumentSources& sources,
                               const std::function<void(std::span<const std::int32_t>)>& consume) {
  const Tokenizer tokenizer = Tokenizer::Load(model_dir);
  ChunkCounter encoder(tokenizer);
  std::vector<std::int32_t> ids;
  const auto tokenize = [&](std::string_view text) {
    ThrowIfInterrupted();
    ids.clear();
    encoder.EncodeInto(text, ids);
    consume(ids);
  };
  if (!sources.corpus.empty()) {
    const auto corpus = OpenCorpus(sources.corpus, sources.corpus_options);
    while (const auto document = corpus->Next()) tokenize(document->text);
    return corpus->report();
  }
  CorpusReport report;
  Document document;
  for (const std::string& file : sources.files) {
    const auto lines = OpenTextSource(IsStandardInputName(file) ? "-" : file,
                                      {.corpus = sources.corpus_options}, report);
    while (lines->Next(document)) tokenize(document.text);
  }
  return report;
}

}  // namespace zipflens
