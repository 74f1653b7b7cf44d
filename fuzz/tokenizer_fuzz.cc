// The files of a tokenizer: tokenizer.json, vocab.txt, and what names added tokens.
//
// Promise: a tokenizer that is loaded gives every text ids from 0 to V - 1, in time that is linear
// in the text, and counting by chunks gives the counts of these ids. Entries and added tokens have
// at most kMaxEntryBytes.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "fuzz/input_bytes.h"
#include "fuzz/scratch_folder.h"
#include "zipflens/base/utf8.h"
#include "zipflens/tokenizer/chunk_counter.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens::fuzz {
namespace {

// White space, punctuation, marks, Chinese, Hangul, case that grows, zero width, special tokens.
constexpr std::string_view kText =
    "the cat, [MASK]s \xC3\x84rger e\xCC\x81 \xE4\xB8\xAD\xE6\x96\x87 \xED\x95\x9C \xC4\xB0 "
    "\xE2\x80\x8B [UNK][SEP]  <a> ##ab\taab\xC2\xA0"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

// Encodes fixed words, the input's own text and that repeated, by both ways that exist.
void EncodeWith(const Tokenizer& tokenizer, std::string_view own_text) {
  std::string text(kText);
  text += ' ';
  AppendWithReplacements(own_text.substr(0, 4096), text);
  const std::size_t period = text.size();
  while (text.size() < 16384) text.append(text, 0, period);
  std::vector<std::int32_t> ids;
  tokenizer.EncodeInto(text, ids);
  std::vector<std::uint64_t> expected(tokenizer.vocab_size());
  for (const std::int32_t id : ids) ++expected.at(static_cast<std::size_t>(id));
  ChunkCounter counter(tokenizer);
  FUZZ_REQUIRE(counter.Add(text) == ids.size());
  std::vector<std::uint64_t> counts(tokenizer.vocab_size());
  counter.AddCountsInto(counts);
  FUZZ_REQUIRE(counts == expected);
  std::vector<std::int32_t> chunk_ids;
  counter.EncodeInto(text, chunk_ids);
  FUZZ_REQUIRE(chunk_ids == ids);
  for (const std::int32_t id : tokenizer.special_ids()) {
    FUZZ_REQUIRE(static_cast<std::size_t>(id) < tokenizer.vocab_size());
  }
}

constexpr std::string_view kVocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\n##s\na\n##a\n##b\n,\n<\n>\n[\n]\n";

constexpr std::string_view kTokenizerJson =
    R"({"version":"1.0","truncation":null,"padding":null,"added_tokens":[{"id":0,"content":"[UNK]",)"
    R"("single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],)"
    R"("normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,)"
    R"("strip_accents":null,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},)"
    R"("post_processor":null,"decoder":null,"model":{"type":"WordPiece","unk_token":"[UNK]",)"
    R"("continuing_subword_prefix":"##","max_input_chars_per_word":100,)"
    R"("vocab":{"[UNK]":0,"the":1,"cat":2,"##s":3}}})";

}  // namespace

// Parts: tokenizer.json, a text.
FUZZ_TARGET(tokenizer_json) {
  Scratch().Clear();
  const auto parts = PartsOf(input, 2);
  Scratch().Write("tokenizer.json", parts[0]);
  EncodeWith(Tokenizer::Load(Scratch().path()), parts[1]);
}

// Parts: vocab.txt, a text.
FUZZ_TARGET(vocab_txt) {
  Scratch().Clear();
  const auto parts = PartsOf(input, 2);
  Scratch().Write("vocab.txt", parts[0]);
  Scratch().Write("tokenizer_config.json", "{}");
  EncodeWith(Tokenizer::Load(Scratch().path()), parts[1]);
}

// Parts: tokenizer_config.json, special_tokens_map.json, added_tokens.json, config.json, a text.
// Parts that are empty are missing files. If the first byte is 'j', a tokenizer.json is there too,
// and must agree.
FUZZ_TARGET(added_tokens) {
  Scratch().Clear();
  const bool has_json = input.starts_with('j');
  const auto parts = PartsOf(input.substr(has_json ? 1 : 0), 5);
  const std::vector<std::string> names = {"tokenizer_config.json", "special_tokens_map.json",
                                          "added_tokens.json", "config.json"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!parts[i].empty()) Scratch().Write(names[i], parts[i]);
  }
  Scratch().Write("vocab.txt", kVocabulary);
  if (has_json) Scratch().Write("tokenizer.json", kTokenizerJson);
  EncodeWith(Tokenizer::Load(Scratch().path()), parts[4]);
}

}  // namespace zipflens::fuzz
