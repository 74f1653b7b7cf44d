// The weights of a BERT-family encoder, in the layout that the forward pass multiplies with.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/kernels/products/matmul.h"
#include "zipflens/model/model_config.h"

namespace zipflens {

/// A LayerNorm's weight and bias, [E] each.
struct NormWeights {
  AlignedBuffer<float> weight;
  AlignedBuffer<float> bias;
};

/// The weights of one layer. The comments name the modules of transformers' BertLayer;
/// model_family.h has the names of other families.
struct LayerWeights {
  // The rows of attention.self.query / sqrt(d), attention.self.key and attention.self.value, in
  // this order, [3 E, E].
  PackedLinear query_key_value;
  AlignedBuffer<double> query_key_bias;  // of query / sqrt(d) and key, [2 E]
  PackedLinear attention_output;         // attention.output.dense, [E, E]
  NormWeights attention_norm;            // attention.output.LayerNorm
  PackedLinear intermediate;             // intermediate.dense, [I, E]
  PackedLinear output;                   // output.dense, [E, I]
  NormWeights output_norm;               // output.LayerNorm
};

/// The embeddings and all layers. The pooler and heads of the file are not loaded. The query
/// weights are divided by sqrt(d) here, once, so that the product of query and key is the score z.
struct BertWeights {
  ModelConfig config;
  Precision precision = Precision::kFloat32;  // of the operands of all products
  AlignedBuffer<float> word_embeddings;       // [V, embedding width]
  AlignedBuffer<float> position_embeddings;   // [max_position_embeddings, embedding width]
  AlignedBuffer<float> type_embeddings;       // [type_vocab_size, embedding width]; may be empty
  NormWeights embedding_norm;                 // [embedding width]
  std::optional<PackedLinear> embedding_projection;  // [E, embedding width], if they differ
  std::vector<LayerWeights> layers;
};

/// Rounds the operands of all products to `precision`, one layer after another: the same weights as
/// if they had been loaded in it. They must be in float32 now.
void LowerPrecision(Precision precision, BertWeights& weights);

/// Loads the weights of a model folder whose config.json is `config`, and holds one copy of them.
/// Throws InputError as TensorStore and SafetensorsFile do.
BertWeights LoadBertWeights(const std::filesystem::path& model_dir, const ModelConfig& config,
                            Precision precision);

}  // namespace zipflens
