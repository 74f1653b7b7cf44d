// ModelFamily: the architectures the encoder runs, and where their files differ from BERT's.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace zipflens {

/// Encoders that share BERT's tokenizer and layers.
enum class ModelFamily {
  kBert,        // Devlin et al. 2019
  kDistilBert,  // Sanh et al. 2019: no token types
  kElectra,     // Clark et al. 2020: embeddings of another width, projected to the hidden size
};

/// The names that a family's config.json has for the fields that differ.
struct ConfigFieldNames {
  std::string_view num_hidden_layers;
  std::string_view num_attention_heads;
  std::string_view hidden_size;
  std::string_view intermediate_size;
  std::string_view hidden_act;
};

/// The names of a layer's modules, which follow the layer's prefix; each has a weight and a bias.
struct LayerModuleNames {
  std::string_view query;
  std::string_view key;
  std::string_view value;
  std::string_view attention_output;
  std::string_view attention_norm;
  std::string_view intermediate;
  std::string_view output;
  std::string_view output_norm;
};

/// What a family calls things. Source: transformers' modeling_bert.py, modeling_distilbert.py and
/// modeling_electra.py with their configurations.
struct FamilyNames {
  ModelFamily family;
  std::string_view model_type;           // in config.json
  std::string_view architecture_prefix;  // of the class names in config.json's `architectures`
  std::string_view tensor_prefix;        // that a model with a head puts before every tensor's name
  std::string_view layer_prefix;         // before a layer's number
  ConfigFieldNames config;
  LayerModuleNames layer;
};

/// The names of one family.
const FamilyNames& NamesOf(ModelFamily family);

/// All families, BERT first.
std::span<const FamilyNames> AllFamilies();

/// "encoder.layer.3.", "transformer.layer.3.": what the names of a layer's modules begin with.
std::string LayerPrefix(const FamilyNames& names, std::size_t layer_idx);

}  // namespace zipflens
