// Corpora of lines: text and JSON Lines, plain and compressed.
//
// Promise: every document is valid UTF-8 and at most max_document_bytes long. Memory is that of the
// longest allowed line, whatever a compressed file holds. Truncated and damaged streams are errors.
#include <algorithm>
#include <memory>
#include <string>

#include "fuzz/documents.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/input_bytes.h"
#include "fuzz/scratch_folder.h"
#include "zipflens/corpus/byte_source.h"

namespace zipflens::fuzz {
namespace {

// Reads a file in blocks of `block_bytes`, at most `most_bytes` of it. Sets `is_whole` to whether
// the end was reached without an error.
std::string ReadBytes(const std::filesystem::path& path, std::size_t block_bytes,
                      std::size_t most_bytes, bool& is_whole) {
  std::string bytes;
  is_whole = false;
  Accepts([&] {
    const auto source = OpenByteSource(path);
    std::string block(block_bytes, '\0');
    while (bytes.size() < most_bytes) {
      const std::size_t count = source->Read(block);
      FUZZ_REQUIRE(count <= block.size());
      if (count == 0) {
        is_whole = true;
        return;
      }
      bytes.append(block, 0, count);
    }
  });
  return bytes;
}

CorpusOptions OptionsOf(std::uint8_t choice) {
  CorpusOptions options;
  options.skip_bad_lines = (choice & 1) != 0;
  options.invalid_utf8 = (choice & 2) != 0 ? InvalidUtf8Text::kReplace : InvalidUtf8Text::kStop;
  if ((choice & 4) != 0) options.max_document_bytes = 100;
  if ((choice & 8) != 0) options.text_column = "a.b";
  return options;
}

}  // namespace

// The first byte chooses options and format, the rest is the file.
FUZZ_TARGET(lines) {
  InputBytes bytes(input);
  const std::uint8_t choice = bytes.Byte();
  const std::string name = (choice & 16) != 0 ? "corpus.txt" : "corpus.jsonl";
  const auto path = Scratch().Write(name, bytes.Rest());
  const CorpusOptions options = OptionsOf(choice);
  const ReadDocuments read = ReadByAllWays(path, options);
  Accepts([&] {
    const auto corpus = OpenCorpus({path.string()}, options);
    const auto record = corpus->Record(0);
    const bool is_text = read.reached_end && !read.texts.empty() && choice == 0;
    for (const auto& [column, value] : record) {
      if (is_text && column == "text") FUZZ_REQUIRE(value == read.texts.front());
    }
    if (read.reached_end && !options.skip_bad_lines) {
      FUZZ_REQUIRE(CountRows(corpus->info(), options) == read.texts.size());
    }
  });
}

// The first byte chooses the compression, the rest is the compressed file. The decompressed bytes
// must not depend on the size of the blocks that are read.
FUZZ_TARGET(compressed) {
  constexpr const char* kNames[] = {"corpus.txt.gz", "corpus.txt.zst", "corpus.txt.bz2"};
  constexpr std::size_t kMostBytes = 1 << 20;
  InputBytes bytes(input);
  const std::string name = kNames[bytes.Byte() % std::size(kNames)];
  const auto path = Scratch().Write(name, bytes.Rest());
  bool is_whole = false;
  bool is_whole_in_small = false;
  const std::string large = ReadBytes(path, 1 << 16, kMostBytes, is_whole);
  const std::string small = ReadBytes(path, 509, kMostBytes, is_whole_in_small);
  const std::size_t both = std::min(large.size(), small.size());
  FUZZ_REQUIRE(std::string_view(large).substr(0, both) == std::string_view(small).substr(0, both));
  if (is_whole) FUZZ_REQUIRE(is_whole_in_small && large.size() == small.size());
  CorpusOptions options = OptionsOf(6);
  Accepts([&] {
    const auto corpus = OpenCorpus({path.string()}, options);
    for (int i = 0; i < 1000 && corpus->Next(); ++i) {
    }
  });
}

}  // namespace zipflens::fuzz
