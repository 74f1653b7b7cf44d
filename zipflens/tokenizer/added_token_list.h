// AddedTokenList: gives added tokens their ids, as the reference does when it loads a tokenizer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "zipflens/tokenizer/tokenizer_spec.h"

namespace zipflens {

/// Appends added tokens to a spec whose vocabulary holds the model's entries. A token that the
/// vocabulary has keeps its id; another one becomes a new entry at the end.
class AddedTokenList {
 public:
  explicit AddedTokenList(TokenizerSpec& spec);

  /// Adds a token; its `id` is filled in. `place` and `stated_id`, the id a file gives it, are for
  /// checking: throws InputError where the content is empty or added already, or the stated id is
  /// not the one it gets.
  void Add(AddedToken token, const std::string& place, std::optional<std::uint64_t> stated_id);

 private:
  TokenizerSpec& spec_;
  std::unordered_map<std::string, std::int32_t> ids_;
  std::unordered_map<std::string, std::string> added_;  // content -> place
};

}  // namespace zipflens
