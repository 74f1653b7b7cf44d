// AddedTokenList: assigns ids to added tokens, as the reference does when it loads a tokenizer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "zipflens/tokenizer/tokenizer_spec.h"

namespace zipflens {

/// Appends added tokens to a spec whose vocabulary contains the model's entries. A token that is
/// already in the vocabulary keeps its id; any other token becomes a new entry at the end.
class AddedTokenList {
 public:
  explicit AddedTokenList(TokenizerSpec& spec);

  /// Adds a token and sets its `id`. `place` is the field that names the token, and `stated_id` is
  /// the id that a file gives it, if any. Throws InputError if the content is empty or was added
  /// before, or if the assigned id is not `stated_id`.
  void Add(AddedToken token, const std::string& place, std::optional<std::uint64_t> stated_id);

 private:
  TokenizerSpec& spec_;
  std::unordered_map<std::string, std::int32_t> ids_;
  std::unordered_map<std::string, std::string> added_;  // content -> place
};

}  // namespace zipflens
