// SpecialTokens: the tokens that tokenizer_config.json and the files beside it name.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/base/json_field.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/tokenizer/added_tokens.h"

namespace zipflens {

/// A JSON object read from a file; it is empty if the file does not exist.
struct OptionalJson {
  explicit OptionalJson(const std::filesystem::path& file_path);
  JsonField root() const { return JsonField(json, path); }

  std::filesystem::path path;
  nlohmann::json json;
};

/// A token, with the file and the field that name it.
struct ConfiguredToken {
  AddedToken token;
  std::string place;
  std::optional<std::uint64_t> stated_id;
  bool is_default = false;  // no file names it: BERT's default
};

struct SpecialTokens {
  std::optional<ConfiguredToken> unknown;  // empty if a file says null
  /// All special tokens, each content once, in the order in which transformers adds them: tokens
  /// with ids (added_tokens_decoder, or added_tokens.json) by id, then the named tokens, then the
  /// additional ones.
  std::vector<ConfiguredToken> tokens;
};

/// Reads tokenizer_config.json (`config`) and, beside it, special_tokens_map.json and
/// added_tokens.json. The latter two count only if `config` has no added_tokens_decoder. Throws
/// InputError if a file is malformed, or if `needs_unknown` and the unknown token is null.
SpecialTokens ReadSpecialTokens(const OptionalJson& config, bool needs_unknown);

}  // namespace zipflens
