// Random model folders that a study can run on: weights of a given shape, and a vocabulary.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "zipflens/model/random_model.h"

namespace zipflens {

/// The config that `like` names: a config.json, a model folder, or a published model
/// (KnownModelNames). Throws InputError as LoadModelConfig does, UsageError for an unknown name.
ModelConfig ModelConfigLike(const std::string& like);

/// WriteRandomModel, and the tokenizer files (TokenizerFileNames) of the folder `tokenizer_dir`
/// unless that is empty. Throws InputError if no tokenizer can be loaded from there, OutputError.
void WriteRandomModelFolder(const ModelConfig& config, std::uint64_t seed,
                            const std::filesystem::path& tokenizer_dir,
                            const std::filesystem::path& model_dir);

}  // namespace zipflens
