// TokenizerSpec: what a model folder's files say about its tokenizer, checked, before it is built.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/tokenizer/added_tokens.h"
#include "zipflens/tokenizer/normalizer.h"
#include "zipflens/tokenizer/wordpiece.h"

namespace zipflens {

/// The longest vocabulary entry or added token, in UTF-8. Those of published models have less than
/// 100 bytes.
inline constexpr std::size_t kMaxEntryBytes = 1024;

struct TokenizerSpec {
  std::filesystem::path source;         // tokenizer.json or vocab.txt
  std::vector<std::string> vocabulary;  // entry of each id; those of the model first
  std::size_t model_vocabulary_size = 0;
  NormalizerOptions normalizer;
  WordPieceOptions wordpiece;
  std::vector<AddedToken> added_tokens;  // in the order of the file; each content once
};

/// From `tokenizer.json` of a folder, else from its `vocab.txt`. Throws InputError: see
/// Tokenizer::Load.
TokenizerSpec LoadTokenizerSpec(const std::filesystem::path& model_dir);

/// From a tokenizer.json, as the reference's Tokenizer::from_file; `truncation`, `padding`,
/// `post_processor` and `decoder` are checked and change nothing. Throws InputError:
/// docs/tokenizer.md lists what is refused.
TokenizerSpec ReadTokenizerJson(const std::filesystem::path& path);

/// From a vocab.txt and, where they exist beside it, tokenizer_config.json, special_tokens_map.json
/// and added_tokens.json, as transformers' BertTokenizerFast (5.x) puts them together.
TokenizerSpec ReadVocabTxt(const std::filesystem::path& path);

/// Looks the unknown token up in the model's part of the vocabulary. `place` says which field named
/// it, for the message.
std::int32_t FindUnknownToken(const TokenizerSpec& spec, const std::string& unknown_token,
                              const std::string& place);

}  // namespace zipflens
