// The weights of a BERT-family encoder, in the layout that the forward pass multiplies by.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/kernels/matmul.h"
#include "zipflens/model/model_config.h"

namespace zipflens {

/// A LayerNorm's weight and bias, [E] each.
struct NormWeights {
  AlignedBuffer<float> weight;
  AlignedBuffer<float> bias;
};

/// One layer. The comments name the modules of transformers' BertLayer; model_family.h has those of
/// other families.
struct LayerWeights {
  // attention.self.query / sqrt(d) over attention.self.key over attention.self.value, [3 E, E]
  PackedLinear query_key_value;
  AlignedBuffer<double> query_key_bias;  // of the first two, [2 E]
  PackedLinear attention_output;         // attention.output.dense, [E, E]
  NormWeights attention_norm;            // attention.output.LayerNorm
  PackedLinear intermediate;             // intermediate.dense, [I, E]
  PackedLinear output;                   // output.dense, [E, I]
  NormWeights output_norm;               // output.LayerNorm
};

/// The embeddings and all layers; the pooler and any head are left in the file. The query is scaled
/// here, once, so that a product of query and key is the score z.
struct BertWeights {
  ModelConfig config;
  Precision precision = Precision::kFloat32;  // of the operands of products, attention's included
  AlignedBuffer<float> word_embeddings;       // [V, embedding width]
  AlignedBuffer<float> position_embeddings;   // [max_position_embeddings, embedding width]
  AlignedBuffer<float> type_embeddings;       // [type_vocab_size, embedding width]; may be empty
  NormWeights embedding_norm;                 // [embedding width]
  std::optional<PackedLinear> embedding_projection;  // [E, embedding width], where they differ
  std::vector<LayerWeights> layers;
};

/// Loads config.json and the weights of a model folder, holding one copy of them. Throws InputError
/// as LoadModelConfig, TensorStore and SafetensorsFile do.
BertWeights LoadBertWeights(const std::filesystem::path& model_dir, Precision precision);

}  // namespace zipflens
