#include "zipflens/model/bert_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "zipflens/base/numbers.h"
#include "zipflens/model/model_family.h"
#include "zipflens/model/tensor_store.h"

namespace zipflens {
namespace {

// Reads modules by their names in transformers' models.
class WeightReader {
 public:
  WeightReader(const std::filesystem::path& model_dir, const ModelConfig& config,
               Precision precision)
      : store_(model_dir), precision_(precision), prefix_(NamesOf(config.family).tensor_prefix) {
    if (!store_.Contains(prefix_ + "embeddings.word_embeddings.weight")) prefix_.clear();
  }

  AlignedBuffer<float> Embedding(const std::string& module, std::size_t rows,
                                 std::size_t cols) const {
    return Read({module + ".weight"}, {rows, cols});
  }

  NormWeights Norm(const std::string& module, std::size_t size) const {
    return {.weight = Read({module + ".weight", module + ".gamma"}, {size}),
            .bias = Read({module + ".bias", module + ".beta"}, {size})};
  }

  // The biases of query and key, one after the other; that of the query is scaled as its weight is.
  AlignedBuffer<double> QueryKeyBias(const std::string& query_module, const std::string& key_module,
                                     std::size_t size, float scale) const {
    AlignedBuffer<float> bias(2 * size);
    const std::span<float> query = bias.span().first(size);
    Find({query_module + ".bias"}, {size}).ReadInto(query);
    Find({key_module + ".bias"}, {size}).ReadInto(bias.span().last(size));
    for (float& value : query) value *= scale;
    AlignedBuffer<double> promoted(bias.size());
    std::ranges::copy(bias.span(), promoted.data());
    return promoted;
  }

  // Packs nn.Linear modules of the same shape as one, their rows one after the other; the first
  // module is scaled.
  PackedLinear Linear(std::initializer_list<std::string> modules, std::size_t out, std::size_t in,
                      float scale_of_first = 1.0f) {
    std::vector<TensorPlace> weights;
    std::vector<TensorPlace> biases;
    for (const std::string& module : modules) {
      weights.push_back(Find({module + ".weight"}, {out, in}));
      biases.push_back(Find({module + ".bias"}, {out}));
    }
    const std::size_t size = modules.size() * out * in;
    if (unpacked_.size() < size) unpacked_ = AlignedBuffer<float>(size);
    const std::span<float> weight = unpacked_.span().first(size);  // [modules * out, in]
    AlignedBuffer<float> bias(modules.size() * out);
    for (std::size_t i = 0; i < modules.size(); ++i) {
      weights[i].ReadInto(weight.subspan(i * out * in, out * in));
      biases[i].ReadInto(bias.span().subspan(i * out, out));
    }
    if (scale_of_first != 1.0f) {
      for (float& value : weight.first(out * in)) value *= scale_of_first;
      for (float& value : bias.span().first(out)) value *= scale_of_first;
    }
    return {{weight.data(), modules.size() * out, in}, bias.span(), precision_};
  }

 private:
  TensorPlace Find(std::vector<std::string> names, const std::vector<std::uint64_t>& shape) const {
    for (std::string& name : names) name.insert(0, prefix_);
    return store_.Find(names, shape);
  }

  AlignedBuffer<float> Read(std::vector<std::string> names,
                            const std::vector<std::uint64_t>& shape) const {
    const TensorPlace place = Find(std::move(names), shape);
    std::size_t size = 1;
    for (const std::uint64_t dimension : shape) size *= dimension;
    AlignedBuffer<float> values(size);
    place.ReadInto(values.span());
    return values;
  }

  TensorStore store_;
  Precision precision_;
  std::string prefix_;
  AlignedBuffer<float> unpacked_;  // weights of one product before they are packed
};

LayerWeights ReadLayer(WeightReader& reader, const ModelConfig& config, std::size_t layer_idx) {
  const FamilyNames& names = NamesOf(config.family);
  const auto module = [&](std::string_view name) {
    return LayerPrefix(names, layer_idx).append(name);
  };
  const std::size_t hidden = config.hidden_size;
  const std::size_t intermediate = config.intermediate_size;
  const auto query_scale = static_cast<float>(1.0 / std::sqrt(Real(config.head_size())));
  return {
      .query_key_value = reader.Linear(
          {module(names.layer.query), module(names.layer.key), module(names.layer.value)}, hidden,
          hidden, query_scale),
      .query_key_bias = reader.QueryKeyBias(module(names.layer.query), module(names.layer.key),
                                            hidden, query_scale),
      .attention_output = reader.Linear({module(names.layer.attention_output)}, hidden, hidden),
      .attention_norm = reader.Norm(module(names.layer.attention_norm), hidden),
      .intermediate = reader.Linear({module(names.layer.intermediate)}, intermediate, hidden),
      .output = reader.Linear({module(names.layer.output)}, hidden, intermediate),
      .output_norm = reader.Norm(module(names.layer.output_norm), hidden),
  };
}

}  // namespace

void LowerPrecision(Precision precision, BertWeights& weights) {
  weights.precision = precision;
  if (weights.embedding_projection) weights.embedding_projection->LowerPrecision(precision);
  for (LayerWeights& layer : weights.layers) {
    for (PackedLinear* linear :
         {&layer.query_key_value, &layer.attention_output, &layer.intermediate, &layer.output}) {
      linear->LowerPrecision(precision);
    }
  }
}

BertWeights LoadBertWeights(const std::filesystem::path& model_dir, const ModelConfig& config,
                            Precision precision) {
  BertWeights weights;
  weights.precision = precision;
  weights.config = config;
  WeightReader reader(model_dir, config, precision);
  const std::size_t width = config.embedding_width();
  weights.word_embeddings =
      reader.Embedding("embeddings.word_embeddings", config.vocab_size, width);
  weights.position_embeddings =
      reader.Embedding("embeddings.position_embeddings", config.max_position_embeddings, width);
  if (config.type_vocab_size > 0) {
    weights.type_embeddings =
        reader.Embedding("embeddings.token_type_embeddings", config.type_vocab_size, width);
  }
  weights.embedding_norm = reader.Norm("embeddings.LayerNorm", width);
  if (width != config.hidden_size) {
    weights.embedding_projection = reader.Linear({"embeddings_project"}, config.hidden_size, width);
  }
  for (std::size_t layer_idx = 0; layer_idx < config.num_hidden_layers; ++layer_idx) {
    weights.layers.push_back(ReadLayer(reader, config, layer_idx));
  }
  return weights;
}

}  // namespace zipflens
