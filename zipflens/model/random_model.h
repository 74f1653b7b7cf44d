// Model folders with seeded random weights: a model's shape without its training.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/model/model_config.h"

namespace zipflens {

/// The names KnownModelConfig knows: bert-tiny, ..., distilbert-base-uncased, electra-...
std::vector<std::string> KnownModelNames();

/// The config of a published model by name, "bert-large-uncased" or
/// "google-bert/bert-large-uncased"; throws UsageError that lists the names known.
ModelConfig KnownModelConfig(const std::string& name);

/// Writes config.json and model.safetensors (float32) into the existing folder `model_dir`. Weights
/// are those of transformers' PreTrainedModel._init_weights: normal with
/// config.initializer_range, the padding embedding row zero, biases zero, LayerNorm weight one and
/// bias zero. The same seed gives the same bytes on every machine. Throws OutputError.
void WriteRandomModel(const ModelConfig& config, std::uint64_t seed,
                      const std::filesystem::path& model_dir);

}  // namespace zipflens
