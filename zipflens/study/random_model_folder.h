// Writes model folders with random weights of a given shape and a tokenizer, on which a study can
// run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "zipflens/model/random_model.h"

namespace zipflens {

/// Returns the config that `like` names: a config.json, a model folder or a published model
/// (KnownModelNames). Throws InputError as LoadModelConfig does, and UsageError if the name is
/// unknown.
ModelConfig ModelConfigLike(const std::string& like);

/// Calls WriteRandomModel and copies the tokenizer files (TokenizerFileNames) of `tokenizer_dir`,
/// unless that is empty. Throws InputError if no tokenizer can be loaded from there, and
/// OutputError.
void WriteRandomModelFolder(const ModelConfig& config, std::uint64_t seed,
                            const std::filesystem::path& tokenizer_dir,
                            const std::filesystem::path& model_dir);

}  // namespace zipflens
