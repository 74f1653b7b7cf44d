// Counts files (CSV, JSON Lines, Parquet) and checkpoints of unfinished counts.
//
// Promise: counts that are read are whole numbers from 0 for ids of the vocabulary, each id once,
// and their sum is the total. A checkpoint is that of this corpus and tokenizer, and its numbers
// agree with each other. What zipflens writes it reads back.
#include <filesystem>
#include <numeric>
#include <string>

#include "fuzz/fuzz_target.h"
#include "fuzz/input_bytes.h"
#include "fuzz/scratch_folder.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/base/sha256.h"
#include "zipflens/counting/count_checkpoint.h"
#include "zipflens/counting/count_file.h"
#include "zipflens/counting/count_reader.h"

namespace zipflens::fuzz {
namespace {

const Tokenizer& SmallTokenizer() {
  static const ScratchFolder folder;
  static const Tokenizer tokenizer = [] {
    folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\n\"\n,\n##s\n");
    folder.Write("tokenizer_config.json", "{}");
    return Tokenizer::Load(folder.path());
  }();
  return tokenizer;
}

void RequireSum(const TokenCounts& counts) {
  FUZZ_REQUIRE(counts.counts.size() == SmallTokenizer().vocab_size());
  FUZZ_REQUIRE(std::accumulate(counts.counts.begin(), counts.counts.end(), std::uint64_t{0}) ==
               counts.total);
}

}  // namespace

// The first byte chooses the format, the rest is the file.
FUZZ_TARGET(count_file) {
  constexpr const char* kEndings[] = {".csv", ".jsonl", ".parquet"};
  InputBytes bytes(input);
  const std::string ending = kEndings[bytes.Byte() % std::size(kEndings)];
  const FileCounts read =
      ReadCountFile(Scratch().Write("counts" + ending, bytes.Rest()), SmallTokenizer());
  RequireSum(read.counts);
  FUZZ_REQUIRE(read.counts.total > 0);
  for (const char* written_ending : kEndings) {
    const auto path = Scratch().path() / (std::string("again") + written_ending);
    WriteCountFile(path, path, SmallTokenizer(), read.counts, Smoothing::kExclude);
    const FileCounts again = ReadCountFile(path, SmallTokenizer());
    FUZZ_REQUIRE(again.counts.counts == read.counts.counts && again.vocabulary_checked);
  }
}

// A JSON object; the target adds the digest, which anyone can compute.
FUZZ_TARGET(count_checkpoint) {
  using Json = nlohmann::ordered_json;
  const auto path = Scratch().Write("checkpoint.json", input);
  const std::string identity = R"({"corpus":{"files":["a"]},"tokenizer":{},"target_tokens":7})";
  const std::size_t vocab_size = 4;
  Accepts([&] { ReadCountCheckpoint(path, identity, vocab_size); });
  auto json = TryParseJson<Json>(input);
  if (!json || !json->is_object()) return;
  json->erase("sha256");
  Sha256 hash;
  hash.Update(JsonText(*json));
  (*json)["sha256"] = hash.HexDigest();
  Scratch().Write("checkpoint.json", JsonText(*json));
  const auto checkpoint = ReadCountCheckpoint(path, identity, vocab_size);
  FUZZ_REQUIRE(checkpoint && checkpoint->counts.counts.size() == vocab_size);
  FUZZ_REQUIRE(checkpoint->documents_counted <= checkpoint->next_document);
  WriteCountCheckpoint(path, identity, *checkpoint);
  const auto again = ReadCountCheckpoint(path, identity, vocab_size);
  FUZZ_REQUIRE(again && again->counts.counts == checkpoint->counts.counts);
}

}  // namespace zipflens::fuzz
