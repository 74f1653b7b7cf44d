// Checks the tokenizer class that a model names, and that its files agree on the ids.
#pragma once

#include <filesystem>

#include "zipflens/tokenizer/tokenizer_spec.h"

namespace zipflens {

/// Throws InputError unless the class that a model folder names gives the ids of its tokenizer.json
/// (`has_json`) or, without one, of its vocab.txt. The class is `tokenizer_class` of
/// tokenizer_config.json, or else of config.json. If neither names a class and there is no
/// tokenizer.json, `model_type` of config.json must be one whose tokenizer is BERT's.
/// docs/tokenizer.md lists the classes.
void RequireKnownTokenizerClass(const std::filesystem::path& model_dir, bool has_json);

/// Throws InputError if tokenizer_config.json or the files beside it contradict the tokenizer.json
/// of the same folder, which was read into `spec`. In that case transformers, which follows the
/// former, and tokenizers, which follows the latter, give different ids. It compares do_lower_case,
/// strip_accents, tokenize_chinese_chars and unk_token, if a file states them (and the class uses
/// them), and the added tokens that the files state.
void RequireAgreement(const std::filesystem::path& model_dir, const TokenizerSpec& spec);

}  // namespace zipflens
