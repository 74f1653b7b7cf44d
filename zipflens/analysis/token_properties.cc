#include "zipflens/analysis/token_properties.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "zipflens/analysis/batch_frequency.h"
#include "zipflens/base/utf8.h"
#include "zipflens/stats/partial_association.h"

namespace zipflens {
namespace {

std::size_t NumCharacters(std::string_view text) {
  std::size_t num = 0;
  for (std::size_t offset = 0; offset < text.size(); ++num) NextCodePoint(text, offset);
  return num;
}

/// Gathers the values of one measure in all layers over the types that are `present`, and relates
/// them to a. Layers with an unknown value have no correlation.
class MeasureRows {
 public:
  MeasureRows(const TypeValues& values, const std::vector<bool>& present,
              const std::vector<std::string>& tokens) {
    const TypeIndex& types = values.types();
    for (std::size_t type = 0; type < types.size(); ++type) {
      if (!present[type]) continue;
      places_.push_back(type);
      a_.push_back(types.log_proportions()[type]);
    }
    properties_.resize(kNumTokenProperties * places_.size());
    for (std::size_t point = 0; point < places_.size(); ++point) {
      const auto id = static_cast<std::size_t>(types.ids()[places_[point]]);
      const auto of_token = TokenProperties(tokens[id]);
      for (std::size_t k = 0; k < of_token.size(); ++k) {
        properties_[k * places_.size() + point] = of_token[k];
      }
    }
  }

  // `by_layer`: [layers][types].
  std::vector<PartialAssociation> Relate(const std::vector<std::vector<double>>& by_layer,
                                         const ResamplingOptions& resampling) const {
    std::vector<double> cells;
    for (const std::vector<double>& of_types : by_layer) {
      const bool is_known = std::ranges::none_of(
          places_, [&](std::size_t type) { return std::isnan(of_types[type]); });
      for (const std::size_t type : places_) cells.push_back(is_known ? of_types[type] : 0);
    }
    return PartialAssociations(a_, {properties_.data(), kNumTokenProperties, places_.size()},
                               {cells.data(), by_layer.size(), places_.size()}, resampling);
  }

  std::size_t size() const { return places_.size(); }

 private:
  std::vector<std::size_t> places_;  // of the types with a value
  std::vector<double> a_;
  std::vector<double> properties_;  // [properties, points]
};

}  // namespace

std::array<double, kNumTokenProperties> TokenProperties(const std::string& token) {
  std::string_view text = token;
  const bool continues = text.size() > 2 && text.starts_with("##");
  if (continues) text.remove_prefix(2);
  const bool has_digit =
      std::ranges::any_of(text, [](char byte) { return byte >= '0' && byte <= '9'; });
  return {continues ? 1.0 : 0.0, IsPunctuationToken(token) ? 1.0 : 0.0, has_digit ? 1.0 : 0.0,
          static_cast<double>(NumCharacters(text))};
}

std::vector<PartialCorrelation> PartialCorrelations(const TypeValues& values,
                                                    std::span<const int> layers,
                                                    const std::vector<std::string>& tokens,
                                                    CountSource counts,
                                                    const ResamplingOptions& resampling) {
  const std::vector<bool> all(values.types().size(), true);
  std::vector<PartialCorrelation> rows;
  ResamplingOptions options = resampling;
  options.permutations = std::min(options.permutations, kMostPartialPermutations);
  const auto add = [&](Measure measure, const std::vector<bool>& present, const auto& means_of) {
    const MeasureRows points(values, present, tokens);
    std::vector<std::vector<double>> by_layer;
    for (std::size_t layer_idx = 0; layer_idx < layers.size(); ++layer_idx) {
      by_layer.push_back(means_of(layer_idx));
    }
    const std::vector<PartialAssociation> found = points.Relate(by_layer, options);
    for (std::size_t layer_idx = 0; layer_idx < layers.size(); ++layer_idx) {
      rows.push_back({.measure = measure,
                      .layer = layers[layer_idx],
                      .estimate = found[layer_idx].estimate,
                      .raw = found[layer_idx].raw,
                      .p = found[layer_idx].p,
                      .n = std::isnan(found[layer_idx].raw) ? 0 : points.size(),
                      .counts = counts});
    }
  };
  add(Measure::kTypeLogNorm, values.HasLogNorm(),
      [&](std::size_t layer_idx) { return values.LogNorms(layer_idx); });
  add(Measure::kTypeRowScore, all,
      [&](std::size_t layer_idx) { return values.RowScores(layer_idx, 0); });
  add(Measure::kTypeColumnScore, all,
      [&](std::size_t layer_idx) { return values.ColumnScores(layer_idx, 0); });
  return rows;
}

}  // namespace zipflens
