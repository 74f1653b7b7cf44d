// encode_documents MODEL_DIR: ids of documents, for the differential test against the reference.
//
// Reads documents from standard input, each as a 32-bit little-endian length and that many bytes,
// and writes for each the number of ids and the ids, all 32-bit. With --time it reads standard
// input as one text and reports the rate of encoding it.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include "zipflens/tokenizer/tokenizer.h"

namespace {

bool ReadWord(std::uint32_t& word) { return std::fread(&word, sizeof(word), 1, stdin) == 1; }

void EncodeDocuments(const zipflens::Tokenizer& tokenizer) {
  std::string text;
  std::vector<std::int32_t> ids;
  for (std::uint32_t length = 0; ReadWord(length);) {
    text.resize(length);
    if (std::fread(text.data(), 1, length, stdin) != length) {
      throw std::runtime_error("standard input ends inside a document");
    }
    ids.clear();
    tokenizer.EncodeInto(text, ids);
    const auto size = static_cast<std::uint32_t>(ids.size());
    std::fwrite(&size, sizeof(size), 1, stdout);
    if (size != 0) std::fwrite(ids.data(), sizeof(ids[0]), size, stdout);
  }
}

void TimeEncoding(const zipflens::Tokenizer& tokenizer) {
  std::string text;
  char buffer[65536];
  for (std::size_t size = 0; (size = std::fread(buffer, 1, sizeof(buffer), stdin)) != 0;) {
    text.append(buffer, size);
  }
  std::vector<std::int32_t> ids;
  for (int round = 0; round < 5; ++round) {
    ids.clear();
    const auto start = std::chrono::steady_clock::now();
    tokenizer.EncodeInto(text, ids);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%.1f MB/s, %zu ids\n", static_cast<double>(text.size()) / 1e6 / seconds.count(),
                ids.size());
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const zipflens::Tokenizer tokenizer = zipflens::Tokenizer::Load(argc > 1 ? argv[1] : ".");
    const bool time = argc > 2 && std::strcmp(argv[2], "--time") == 0;
    time ? TimeEncoding(tokenizer) : EncodeDocuments(tokenizer);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
