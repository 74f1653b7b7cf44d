// Tokenizer::Data: the parts of a tokenizer, for the classes that count and encode with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/tokenizer/added_tokens.h"
#include "zipflens/tokenizer/text_encoder.h"
#include "zipflens/tokenizer/tokenizer.h"
#include "zipflens/tokenizer/tokenizer_spec.h"

namespace zipflens {

struct Tokenizer::Data {
  explicit Data(TokenizerSpec spec);

  /// Appends the ids of a text between added tokens that were matched in raw text.
  void EncodeSegmentInto(std::string_view text, std::vector<std::int32_t>& ids) const;

  AddedTokenMatcher raw_tokens, normalized_tokens;
  TextEncoder encoder;
  std::vector<std::int32_t> special_ids;
  std::string vocabulary_sha256;
  std::vector<std::string> vocabulary;
  std::filesystem::path source;
  bool raw_tokens_have_space;      // one of raw_tokens contains ASCII white space
  bool raw_tokens_see_neighbours;  // one of them is single_word, lstrip or rstrip
};

}  // namespace zipflens
