// Model folders with random weights from a seed: the shape of a model without its training.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/model/model_config.h"

namespace zipflens {

/// The names that KnownModelConfig knows: bert-tiny, ..., distilbert-base-uncased, electra-...
std::vector<std::string> KnownModelNames();

/// The config of a published model by name, such as "bert-large-uncased" or
/// "google-bert/bert-large-uncased". Throws UsageError with the known names for any other name.
ModelConfig KnownModelConfig(const std::string& name);

/// Writes config.json and model.safetensors (float32) into the existing folder `model_dir`. Weights
/// are drawn as transformers' PreTrainedModel._init_weights does: normal with standard deviation
/// config.initializer_range; the embedding of the padding token zero, biases zero, LayerNorm
/// weights one and biases zero. The same seed gives the same bytes on every machine. Throws
/// OutputError.
void WriteRandomModel(const ModelConfig& config, std::uint64_t seed,
                      const std::filesystem::path& model_dir);

}  // namespace zipflens
