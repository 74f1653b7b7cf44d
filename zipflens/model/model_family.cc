#include "zipflens/model/model_family.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>

#include "zipflens/base/check.h"

namespace zipflens {
namespace {

constexpr ConfigFieldNames kBertFields = {.num_hidden_layers = "num_hidden_layers",
                                          .num_attention_heads = "num_attention_heads",
                                          .hidden_size = "hidden_size",
                                          .intermediate_size = "intermediate_size",
                                          .hidden_act = "hidden_act"};

constexpr LayerModuleNames kBertLayer = {.query = "attention.self.query",
                                         .key = "attention.self.key",
                                         .value = "attention.self.value",
                                         .attention_output = "attention.output.dense",
                                         .attention_norm = "attention.output.LayerNorm",
                                         .intermediate = "intermediate.dense",
                                         .output = "output.dense",
                                         .output_norm = "output.LayerNorm"};

// In the order of ModelFamily.
constexpr std::array kFamilies = {
    FamilyNames{.family = ModelFamily::kBert,
                .model_type = "bert",
                .architecture_prefix = "Bert",
                .tensor_prefix = "bert.",
                .layer_prefix = "encoder.layer.",
                .config = kBertFields,
                .layer = kBertLayer},
    FamilyNames{.family = ModelFamily::kDistilBert,
                .model_type = "distilbert",
                .architecture_prefix = "DistilBert",
                .tensor_prefix = "distilbert.",
                .layer_prefix = "transformer.layer.",
                .config = {.num_hidden_layers = "n_layers",
                           .num_attention_heads = "n_heads",
                           .hidden_size = "dim",
                           .intermediate_size = "hidden_dim",
                           .hidden_act = "activation"},
                .layer = {.query = "attention.q_lin",
                          .key = "attention.k_lin",
                          .value = "attention.v_lin",
                          .attention_output = "attention.out_lin",
                          .attention_norm = "sa_layer_norm",
                          .intermediate = "ffn.lin1",
                          .output = "ffn.lin2",
                          .output_norm = "output_layer_norm"}},
    FamilyNames{.family = ModelFamily::kElectra,
                .model_type = "electra",
                .architecture_prefix = "Electra",
                .tensor_prefix = "electra.",
                .layer_prefix = "encoder.layer.",
                .config = kBertFields,
                .layer = kBertLayer},
};

}  // namespace

const FamilyNames& NamesOf(ModelFamily family) {
  const FamilyNames& names = kFamilies.at(static_cast<std::size_t>(family));
  ZIPFLENS_CHECK(names.family == family);
  return names;
}

std::span<const FamilyNames> AllFamilies() { return kFamilies; }

std::string LayerPrefix(const FamilyNames& names, std::size_t layer_idx) {
  return fmt::format("{}{}.", names.layer_prefix, layer_idx);
}

}  // namespace zipflens
