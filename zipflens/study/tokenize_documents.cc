#include "zipflens/study/tokenize_documents.h"

#include <fmt/format.h>

#include <fstream>
#include <istream>

#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/utf8.h"
#include "zipflens/corpus/corpus.h"
#include "zipflens/tokenizer/chunk_counter.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {
namespace {

using ConsumeText = std::function<void(std::string_view text)>;

void ReadLines(std::istream& input, const std::string& name, const ConsumeText& consume) {
  std::string line;
  for (std::size_t line_number = 1; std::getline(input, line); ++line_number) {
    const std::size_t bad = FirstInvalidUtf8(line);
    if (bad < line.size()) {
      throw InputError(
          {.source = name,
           .place = fmt::format("line {}, byte {}", line_number, bad),
           .found = fmt::format("byte 0x{:02X}", static_cast<unsigned char>(line[bad])),
           .expected = "UTF-8"});
    }
    consume(line);
  }
  if (input.bad()) {
    throw InputError({.source = name, .found = "an error while reading", .expected = "text"});
  }
}

void ReadFile(const std::string& file, const ConsumeText& consume) {
  std::ifstream input(file, std::ios::binary);
  if (!input || std::filesystem::is_directory(file)) {
    throw InputError({.source = file,
                      .found = std::filesystem::exists(file) ? "a folder or unreadable" : "nothing",
                      .expected = "a readable text file"});
  }
  ReadLines(input, file, consume);
}

}  // namespace

CorpusReport TokenizeDocuments(const std::filesystem::path& model_dir,
                               const DocumentSources& sources, std::istream& standard_input,
                               const std::function<void(std::span<const std::int32_t>)>& consume) {
  const Tokenizer tokenizer = Tokenizer::Load(model_dir);
  ChunkCounter encoder(tokenizer);
  std::vector<std::int32_t> ids;
  const ConsumeText tokenize = [&](std::string_view text) {
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
  for (const std::string& file : sources.files) {
    if (file == "-") {
      ReadLines(standard_input, "standard input", tokenize);
    } else {
      ReadFile(file, tokenize);
    }
  }
  return {};
}

}  // namespace zipflens
