#include "zipflens/tokenizer/wordpiece.h"

namespace zipflens {

WordPiece::WordPiece(std::span<const std::string> vocabulary, const WordPieceOptions& options)
    : options_(options),
      trie_(vocabulary),
      continuation_(trie_.Walk(options.continuing_subword_prefix)) {}

void WordPiece::EncodePiecesInto(std::string_view word, ByteTrie::Match first,
                                 std::vector<std::int32_t>& ids) const {
  const std::size_t num_ids = ids.size();
  ByteTrie::Match piece = first;
  while (piece.length != 0) {
    ids.push_back(piece.value);
    word.remove_prefix(piece.length);
    if (word.empty()) return;
    piece = continuation_ == ByteTrie::kNoNode ? ByteTrie::Match{}
                                               : trie_.LongestMatch(word, continuation_);
  }
  ids.resize(num_ids);
  ids.push_back(options_.unknown_id);
}

}  // namespace zipflens
