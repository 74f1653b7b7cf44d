#include "zipflens/tokenizer/added_tokens.h"

#include <algorithm>

#include "zipflens/base/numbers.h"
#include "zipflens/base/utf8.h"
#include "zipflens/tokenizer/unicode_tables.h"

namespace zipflens {
namespace {

// Returns the start of the character that ends at `end` (exclusive end, > 0).
std::size_t PreviousCharacter(std::string_view text, std::size_t end) {
  std::size_t begin = end - 1;
  while ((ByteOf(text[begin]) & 0xC0) == 0x80) --begin;
  return begin;
}

bool HasProperty(std::string_view text, std::size_t offset, unicode::Property property) {
  return (unicode::Properties(NextCodePoint(text, offset)) & property) != 0;
}

bool StandsAlone(std::string_view text, std::size_t begin, std::size_t end) {
  const bool word_before =
      begin > 0 && HasProperty(text, PreviousCharacter(text, begin), unicode::kWord);
  const bool word_behind = end < text.size() && HasProperty(text, end, unicode::kWord);
  return !word_before && !word_behind;
}

std::size_t SkipSpaceBack(std::string_view text, std::size_t begin, std::size_t least) {
  while (begin > least) {
    const std::size_t previous = PreviousCharacter(text, begin);
    if (!HasProperty(text, previous, unicode::kWhiteSpace)) break;
    begin = previous;
  }
  return begin;
}

std::size_t SkipSpace(std::string_view text, std::size_t end) {
  while (end < text.size() && HasProperty(text, end, unicode::kWhiteSpace)) {
    NextCodePoint(text, end);
  }
  return end;
}

}  // namespace

AddedTokenMatcher::AddedTokenMatcher(std::span<const AddedToken> tokens,
                                     std::span<const std::string> patterns)
    : tokens_(tokens.begin(), tokens.end()), trie_(patterns) {
  for (const std::string& pattern : patterns) {
    if (first_bytes_.find(pattern.front()) == std::string::npos) first_bytes_ += pattern.front();
  }
}

std::size_t AddedTokenMatcher::NextCandidate(std::string_view text, std::size_t from) const {
  if (first_bytes_.size() == 1) return text.find(first_bytes_.front(), from);
  while (from < text.size()) {
    if (trie_.Child(ByteTrie::kRoot, ByteOf(text[from])) != ByteTrie::kNoNode) {
      return from;
    }
    ++from;
  }
  return std::string_view::npos;
}

bool AddedTokenMatcher::Find(std::string_view text, std::size_t from, std::size_t covered,
                             Found& found) const {
  while ((from = NextCandidate(text, from)) != std::string_view::npos) {
    const ByteTrie::Match match = trie_.LongestMatch(text.substr(from));
    if (match.length == 0) {
      ++from;
      continue;
    }
    const AddedToken& token = tokens_[match.value];
    const std::size_t end = from + match.length;
    if (token.single_word && !StandsAlone(text, from, end)) {
      from = end;
      continue;
    }
    // White space that an earlier token includes is not included twice. A token that starts in such
    // white space still counts, unless it has lstrip and nothing of it remains.
    found.begin = std::max(token.lstrip ? SkipSpaceBack(text, from, covered) : from, covered);
    if (token.rstrip && (end < found.space_begin || end > found.space_end)) {
      found.space_begin = end;
      found.space_end = SkipSpace(text, end);
    }
    found.end = token.rstrip ? found.space_end : end;
    if (token.lstrip && found.begin >= found.end) {
      from = end;
      continue;
    }
    found.search_end = end;
    found.id = token.id;
    return true;
  }
  return false;
}

}  // namespace zipflens
