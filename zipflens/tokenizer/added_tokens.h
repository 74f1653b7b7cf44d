// Added tokens: entries such as [MASK] that are matched in a text before it is split into words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/tokenizer/byte_trie.h"

namespace zipflens {

/// An entry of `added_tokens` in tokenizer.json. The flags have the reference's names.
struct AddedToken {
  std::int32_t id = 0;
  std::string content;
  bool special = false;
  bool single_word = false;  // matches only if no word character precedes or follows
  bool lstrip = false;       // includes the white space before it
  bool rstrip = false;       // includes the white space after it
  bool normalized = false;   // its normalized form is searched in normalized text
};

/// Finds added tokens in a text. The leftmost match comes first; of the tokens that start at the
/// same byte the longest wins. The search continues after a match even if `single_word` rejects it.
/// Immutable.
class AddedTokenMatcher {
 public:
  AddedTokenMatcher() = default;
  /// patterns[i], which must not be empty, is the text that matches tokens[i]. Of equal patterns
  /// the first one counts (in the reference, the choice is random).
  AddedTokenMatcher(std::span<const AddedToken> tokens, std::span<const std::string> patterns);

  bool empty() const { return tokens_.empty(); }

  /// Calls on_text(std::string_view) for each part of `text` between tokens and
  /// on_token(std::int32_t id) for each token, in order. The parts are never empty.
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
    std::size_t begin = 0, end = 0;  // including the white space that the token takes
    std::size_t search_end = 0;      // where the search continues
    std::int32_t id = 0;
    // The last run of white space that was examined. It is examined once, however many tokens lie
    // in it.
    std::size_t space_begin = 0, space_end = 0;
  };
  // Finds the next token at or after `from`. Text before `covered` belongs to earlier tokens.
  bool Find(std::string_view text, std::size_t from, std::size_t covered, Found& found) const;

  // Returns the position of the first byte at or after `from` with which a pattern starts, or npos.
  std::size_t NextCandidate(std::string_view text, std::size_t from) const;

  std::vector<AddedToken> tokens_;
  ByteTrie trie_;
  std::string first_bytes_;  // the distinct first bytes of the patterns
};

}  // namespace zipflens
