// WordPiece: splits a word into the longest matching vocabulary entries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/tokenizer/byte_trie.h"

namespace zipflens {

struct WordPieceOptions {
  std::int32_t unknown_id = 0;
  std::string continuing_subword_prefix = "##";
  std::uint64_t max_input_chars_per_word = 100;
};

/// Greedy longest-match-first tokenization (Wu et al. 2016, arXiv:1609.08144), as in the
/// reference's WordPiece model. Immutable.
class WordPiece {
 public:
  /// The id of an entry is its index.
  WordPiece(std::span<const std::string> vocabulary, const WordPieceOptions& options);

  /// Appends the ids of a normalized, non-empty word of `num_characters` code points. A word that
  /// is too long, or that has a part for which no entry matches, becomes one unknown token.
  void EncodeWordInto(std::string_view word, std::size_t num_characters,
                      std::vector<std::int32_t>& ids) const {
    if (num_characters > options_.max_input_chars_per_word) {
      ids.push_back(options_.unknown_id);
      return;
    }
    const ByteTrie::Match whole = trie_.LongestMatch(word);
    if (whole.length == word.size()) {
      ids.push_back(whole.value);
    } else {
      EncodePiecesInto(word, whole, ids);
    }
  }

 private:
  void EncodePiecesInto(std::string_view word, ByteTrie::Match first,
                        std::vector<std::int32_t>& ids) const;

  WordPieceOptions options_;
  ByteTrie trie_;
  ByteTrie::Node continuation_;  // the node of the continuing prefix, or kNoNode
};

}  // namespace zipflens
