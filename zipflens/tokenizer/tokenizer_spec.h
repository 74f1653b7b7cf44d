// TokenizerSpec: the checked description of a tokenizer in the files of a model folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/tokenizer/added_tokens.h"
#include "zipflens/tokenizer/normalizer.h"
#include "zipflens/tokenizer/wordpiece.h"

namespace zipflens {

/// The largest length of a vocabulary entry or added token, in bytes of UTF-8. Those of published
/// models have less than 100 bytes.
inline constexpr std::size_t kMaxEntryBytes = 1024;

struct TokenizerSpec {
  std::filesystem::path source;         // tokenizer.json or vocab.txt
  std::vector<std::string> vocabulary;  // by id; the model's entries first
  std::size_t model_vocabulary_size = 0;
  NormalizerOptions normalizer;
  WordPieceOptions wordpiece;
  std::vector<AddedToken> added_tokens;  // in file order, each content once
};

/// Reads the `tokenizer.json` of a folder, else its `vocab.txt`. Throws InputError as
/// Tokenizer::Load does.
TokenizerSpec LoadTokenizerSpec(const std::filesystem::path& model_dir);

/// Reads a tokenizer.json as the reference's Tokenizer::from_file does. `truncation`, `padding`,
/// `post_processor` and `decoder` are checked but have no effect. Throws InputError;
/// docs/tokenizer.md lists what is refused.
TokenizerSpec ReadTokenizerJson(const std::filesystem::path& path);

/// Reads a vocab.txt and, if they exist beside it, tokenizer_config.json, special_tokens_map.json
/// and added_tokens.json, and combines them as transformers' BertTokenizerFast (5.x) does.
TokenizerSpec ReadVocabTxt(const std::filesystem::path& path);

/// Returns the id of the unknown token in the model's part of the vocabulary. `place` is the field
/// that names the token, for messages. Throws InputError if the token is missing.
std::int32_t FindUnknownToken(const TokenizerSpec& spec, const std::string& unknown_token,
                              const std::string& place);

}  // namespace zipflens
