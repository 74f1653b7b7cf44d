#include "zipflens/model/model_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/base/json_reader.h"

namespace zipflens {
namespace {

using nlohmann::json;

// Of layers and of heads. Lists of that length are made before the weights confirm it.
constexpr std::size_t kMostLayers = 10'000;

struct ActivationName {
  std::string_view name;
  Activation activation;
};
// The first name of an activation is the one written.
constexpr std::array kActivationNames = {
    ActivationName{"gelu", Activation::kGelu},
    ActivationName{"gelu_new", Activation::kGeluTanh},
    ActivationName{"gelu_pytorch_tanh", Activation::kGeluTanh},
    ActivationName{"relu", Activation::kRelu},
};

// A config.json being read: knows its path, so that every refusal names file and field.
class ConfigReader {
 public:
  explicit ConfigReader(const std::filesystem::path& path)
      : path_(path.string()), root_(ReadJson(path, "a model's config.json")) {
    if (!root_.is_object()) {
      throw InputError({.source = path_,
                        .found = fmt::format("JSON of type {}", root_.type_name()),
                        .expected = "a JSON object"});
    }
  }

  [[noreturn]] void Refuse(const std::string& field, std::string found,
                           std::string expected) const {
    throw InputError({.source = path_,
                      .place = "field " + field,
                      .found = std::move(found),
                      .expected = std::move(expected)});
  }

  // The field's value; null where it is absent or null.
  json Field(const std::string& field) const {
    const auto found = root_.find(field);
    return found == root_.end() ? json() : *found;
  }

  std::size_t RequiredCount(const std::string& field) const {
    if (Field(field).is_null()) Refuse(field, "nothing", "a positive whole number");
    return Count(field, /*default_value=*/0);
  }

  std::size_t Count(const std::string& field, std::size_t default_value) const {
    // Token ids and positions are int32.
    constexpr std::uint64_t kMax = std::numeric_limits<std::int32_t>::max();
    const json value = Field(field);
    if (value.is_null()) return default_value;
    const bool in_range = value.is_number_unsigned() && value.get<std::uint64_t>() >= 1 &&
                          value.get<std::uint64_t>() <= kMax;
    if (!in_range) Refuse(field, DescribeJson(value), "a positive whole number");
    return value.get<std::size_t>();
  }

  double PositiveNumber(const std::string& field, double default_value) const {
    const json value = Field(field);
    if (value.is_null()) return default_value;
    const double number = value.is_number() ? value.get<double>() : 0.0;
    if (!std::isfinite(number) || number <= 0)
      Refuse(field, DescribeJson(value), "a positive number");
    return number;
  }

  // Refuses a field that is present with another value than `expected`.
  void RequireIfPresent(const std::string& field, const json& expected) const {
    const json value = Field(field);
    if (value.is_null() || value == expected) return;
    Refuse(field, DescribeJson(value), expected.dump() + " (nothing else is supported)");
  }

 private:
  std::string path_;
  json root_;
};

Activation ReadActivation(const ConfigReader& reader, const std::string& field) {
  const json value = reader.Field(field);
  if (value.is_null()) return Activation::kGelu;
  std::string known;
  for (const ActivationName& candidate : kActivationNames) {
    if (value == candidate.name) return candidate.activation;
    known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", candidate.name);
  }
  reader.Refuse(field, DescribeJson(value), "one of " + known);
}

std::string_view ActivationText(Activation activation) {
  return std::ranges::find(kActivationNames, activation, &ActivationName::activation)->name;
}

// The family that model_type names. Configs of before transformers 2.2 have none; their
// architectures then tell.
ModelFamily ReadFamily(const ConfigReader& reader) {
  const json model_type = reader.Field("model_type");
  std::string known;
  for (const FamilyNames& names : AllFamilies()) {
    if (model_type == names.model_type) return names.family;
    known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", names.model_type);
  }
  if (!model_type.is_null())
    reader.Refuse("model_type", DescribeJson(model_type), "one of " + known);

  ModelFamily family = ModelFamily::kBert;
  for (const json& architecture : reader.Field("architectures")) {
    if (!architecture.is_string()) continue;
    const auto name = architecture.get<std::string>();
    const auto found = std::ranges::find_if(AllFamilies(), [&](const FamilyNames& names) {
      return name.starts_with(names.architecture_prefix);
    });
    if (found == AllFamilies().end()) {
      reader.Refuse("architectures", DescribeJson(architecture),
                    "an architecture of model_type " + known + " (\"BertModel\", ...)");
    }
    family = found->family;
  }
  return family;
}

}  // namespace

ModelShape ModelConfig::shape() const {
  return {.vocab_size = vocab_size,
          .num_layers = num_hidden_layers,
          .num_heads = num_attention_heads,
          .hidden_size = hidden_size,
          .head_size = head_size(),
          .intermediate_size = intermediate_size,
          .max_position_embeddings = max_position_embeddings};
}

ModelConfig LoadModelConfig(const std::filesystem::path& config_json) {
  constexpr std::size_t kElectraEmbeddingSize = 128;  // ElectraConfig's default
  const ConfigReader reader(config_json);
  ModelConfig config;
  config.family = ReadFamily(reader);
  reader.RequireIfPresent("position_embedding_type", "absolute");
  reader.RequireIfPresent("is_decoder", false);
  reader.RequireIfPresent("add_cross_attention", false);

  const ConfigFieldNames& fields = NamesOf(config.family).config;
  const auto required = [&](std::string_view field) {
    return reader.RequiredCount(std::string(field));
  };
  config.vocab_size = required("vocab_size");
  config.num_hidden_layers = required(fields.num_hidden_layers);
  config.num_attention_heads = required(fields.num_attention_heads);
  config.hidden_size = required(fields.hidden_size);
  config.intermediate_size = required(fields.intermediate_size);
  config.max_position_embeddings = required("max_position_embeddings");
  if (config.family == ModelFamily::kElectra) {
    config.embedding_size = reader.Count("embedding_size", kElectraEmbeddingSize);
  }
  if (config.family == ModelFamily::kDistilBert) {
    config.type_vocab_size = 0;  // and the LayerNorms' epsilon is not the config's to choose
  } else {
    config.type_vocab_size = reader.Count("type_vocab_size", config.type_vocab_size);
    config.layer_norm_eps = reader.PositiveNumber("layer_norm_eps", config.layer_norm_eps);
  }
  config.initializer_range = reader.PositiveNumber("initializer_range", config.initializer_range);
  config.hidden_act = ReadActivation(reader, std::string(fields.hidden_act));
  for (const auto& [field, number] :
       {std::pair(fields.num_hidden_layers, config.num_hidden_layers),
        std::pair(fields.num_attention_heads, config.num_attention_heads)}) {
    if (number <= kMostLayers) continue;
    reader.Refuse(std::string(field), std::to_string(number),
                  fmt::format("at most {}", kMostLayers));
  }
  if (config.hidden_size % config.num_attention_heads != 0) {
    reader.Refuse(std::string(fields.num_attention_heads),
                  std::to_string(config.num_attention_heads),
                  fmt::format("a divisor of {} {}", fields.hidden_size, config.hidden_size));
  }
  return config;
}

std::string ModelConfigJson(const ModelConfig& config) {
  const FamilyNames& names = NamesOf(config.family);
  const ConfigFieldNames& fields = names.config;
  json root = {
      {"architectures", {fmt::format("{}Model", names.architecture_prefix)}},
      {fields.hidden_act, ActivationText(config.hidden_act)},
      {fields.hidden_size, config.hidden_size},
      {"initializer_range", config.initializer_range},
      {fields.intermediate_size, config.intermediate_size},
      {"max_position_embeddings", config.max_position_embeddings},
      {"model_type", names.model_type},
      {fields.num_attention_heads, config.num_attention_heads},
      {fields.num_hidden_layers, config.num_hidden_layers},
      {"pad_token_id", 0},
      {"vocab_size", config.vocab_size},
  };
  if (config.family == ModelFamily::kDistilBert) {
    root.update({{"attention_dropout", 0.1}, {"dropout", 0.1}, {"sinusoidal_pos_embds", false}});
  } else {
    root.update({{"attention_probs_dropout_prob", 0.1},
                 {"hidden_dropout_prob", 0.1},
                 {"layer_norm_eps", config.layer_norm_eps},
                 {"position_embedding_type", "absolute"},
                 {"type_vocab_size", config.type_vocab_size},
                 {"use_cache", true}});
  }
  if (config.family == ModelFamily::kElectra) root["embedding_size"] = config.embedding_width();
  return root.dump(2) + "\n";
}

}  // namespace zipflens
