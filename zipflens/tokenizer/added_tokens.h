// Added tokens: entries such as [MASK] that are found in a text before it is cut into words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/tokenizer/byte_trie.h"

namespace zipflens {

/// One of `added_tokens` in tokenizer.json, with the reference's names for its flags.
struct AddedToken {
  std::int32_t id = 0;
  std::string content;
  bool special = false;
  bool single_word = false;  // only where no word character stands before or behind
  bool lstrip = false;       // takes the white space before it along
  bool rstrip = false;       // takes the white space behind it along
  bool normalized = false;   // sought in normalized text, in its own normalized form
};

/// Finds added tokens in a text: leftmost first, of those that start at one place the longest; the
/// search goes on behind a token, whether or not `single_word` let it count. Immutable.
class AddedTokenMatcher {
 public:
  AddedTokenMatcher() = default;
  /// `patterns[i]`, not empty, is what stands in the text for tokens[i]. Of equal patterns the
  /// first counts (in the reference it is one or the other by chance).
  AddedTokenMatcher(std::span<const AddedToken> tokens, std::span<const std::string> patterns);

  bool empty() const { return tokens_.empty(); }

  /// Calls on_text(std::string_view) and on_token(std::int32_t id) for the parts of `text` in
  /// order; never with empty text.
  template <typename OnText, typename OnToken>
  void Split(std::string_view text, OnText on_text, OnToken on_token) const {
    std::size_t covered = 0;
    Found found;
    for (std::size_t from = 0; Find(text, from, covered, found); from = found.search_end) {
      if (covered < found.begin) on_text(text.substr(covered, found.begin - covered));
      on_token(found.id);
      covered = found.end;
    }
    if (covered < text.size()) on_text(text.substr(covered));
  }

 private:
  struct Found {
    std::size_t begin = 0, end = 0;  // with the white space it takes along
    std::size_t search_end = 0;      // where the search goes on
    std::int32_t id = 0;
    // The run of white space that a token took along last: looked at once, however many tokens
    // stand in it.
    std::size_t space_begin = 0, space_end = 0;
  };
  // The next token at or behind `from`; text before `covered` belongs to earlier tokens.
  bool Find(std::string_view text, std::size_t from, std::size_t covered, Found& found) const;

  // First byte at or behind `from` that a pattern starts with, or npos.
  std::size_t NextCandidate(std::string_view text, std::size_t from) const;

  std::vector<AddedToken> tokens_;
  ByteTrie trie_;
  std::string first_bytes_;  // the bytes that patterns start with, each once
};

}  // namespace zipflens
