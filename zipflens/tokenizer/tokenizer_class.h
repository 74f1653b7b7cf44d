// The tokenizer class that a model names, and whether its files agree on the ids.
#pragma once

#include <filesystem>

#include "zipflens/tokenizer/tokenizer_spec.h"

namespace zipflens {

/// Throws InputError unless the ids of the class that a model folder names are those of its
/// tokenizer.json (`has_json`) or, without one, of its vocab.txt: `tokenizer_class` of
/// tokenizer_config.json, or else of config.json. If neither names a class and there is no
/// tokenizer.json, `model_type` of config.json must be one whose tokenizer is BERT's.
/// docs/tokenizer.md lists the classes.
void RequireKnownTokenizerClass(const std::filesystem::path& model_dir, bool has_json);

/// Throws InputError if tokenizer_config.json or its neighbours say otherwise than the
/// tokenizer.json of the same folder, which was read into `spec`: then transformers, which
/// follows the one, and tokenizers, which follows the other, give different ids. Compared are
/// do_lower_case, strip_accents, tokenize_chinese_chars and unk_token where a file states them (and
/// the class lets them count), and the added tokens that the files state.
void RequireAgreement(const std::filesystem::path& model_dir, const TokenizerSpec& spec);

}  // namespace zipflens
