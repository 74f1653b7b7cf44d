#include "zipflens/tokenizer/added_token_list.h"

#include <utility>

#include "zipflens/base/error.h"

namespace zipflens {

AddedTokenList::AddedTokenList(TokenizerSpec& spec) : spec_(spec) {
  ids_.reserve(spec.vocabulary.size());
  for (std::size_t id = 0; id < spec.vocabulary.size(); ++id) {
    ids_.emplace(spec.vocabulary[id], static_cast<std::int32_t>(id));
  }
}

void AddedTokenList::Add(AddedToken token, const std::string& place,
                         std::optional<std::uint64_t> stated_id) {
  const std::string source = spec_.source.string();
  if (token.content.empty()) {
    throw InputError({.source = source,
                      .place = place,
                      .found = "an empty added token",
                      .expected = "at least one character"});
  }
  const auto [earlier, is_new] = added_.emplace(token.content, place);
  if (!is_new) {
    throw InputError(
        {.source = source,
         .place = place,
         .found = "added token \"" + token.content + "\" again, after " + earlier->second,
         .expected = "each added token once"});
  }
  const auto [entry, is_new_entry] =
      ids_.emplace(token.content, static_cast<std::int32_t>(spec_.vocabulary.size()));
  token.id = entry->second;
  if (stated_id.has_value() && std::cmp_not_equal(*stated_id, token.id)) {
    throw InputError(
        {.source = source,
         .place = place,
         .found = "id " + std::to_string(*stated_id) + " for added token \"" + token.content + "\"",
         .expected = "id " + std::to_string(token.id) +
                     (is_new_entry ? ", the next one free" : ", as in the vocabulary")});
  }
  if (is_new_entry) spec_.vocabulary.push_back(token.content);
  spec_.added_tokens.push_back(std::move(token));
}

}  // namespace zipflens
