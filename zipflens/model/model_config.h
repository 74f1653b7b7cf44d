// ModelConfig: what a config.json says about the encoder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "zipflens/kernels/activations.h"
#include "zipflens/model/model_family.h"
#include "zipflens/model/probe.h"

namespace zipflens {

/// The fields of config.json that decide the forward pass, by their names in transformers'
/// BertConfig.
struct ModelConfig {
  ModelFamily family = ModelFamily::kBert;
  std::size_t vocab_size = 0;
  std::size_t num_hidden_layers = 0;
  std::size_t num_attention_heads = 0;
  std::size_t hidden_size = 0;
  /// Width of the embeddings, which ELECTRA projects to hidden_size; 0: hidden_size.
  std::size_t embedding_size = 0;
  std::size_t intermediate_size = 0;
  std::size_t max_position_embeddings = 0;
  std::size_t type_vocab_size = 2;  // 0: no token types (DistilBERT)
  double layer_norm_eps = 1e-12;
  double initializer_range = 0.02;
  // Between the products of the feed-forward block: "gelu", "gelu_new", "gelu_pytorch_tanh",
  // "relu".
  Activation hidden_act = Activation::kGelu;

  std::size_t head_size() const { return hidden_size / num_attention_heads; }
  /// embedding_size, or hidden_size if embedding_size is 0.
  std::size_t embedding_width() const { return embedding_size > 0 ? embedding_size : hidden_size; }
  ModelShape shape() const;
};

/// Reads and validates config.json. Throws InputError naming the file and the field: malformed
/// JSON, a missing or senseless field, heads that do not divide the hidden size, a model_type of no
/// family in model_family.h, position_embedding_type other than "absolute", cross attention, a
/// decoder, an unknown activation.
ModelConfig LoadModelConfig(const std::filesystem::path& config_json);

/// The config.json that LoadModelConfig reads back, as transformers writes it (sorted keys,
/// indented).
std::string ModelConfigJson(const ModelConfig& config);

}  // namespace zipflens
