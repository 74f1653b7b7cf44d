#include "zipflens/study/study_layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <string>
#include <utility>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

void RequireLayer(const std::string& option, int layer, std::size_t num_layers) {
  if (layer >= 0 && std::cmp_less(layer, num_layers)) return;
  throw UsageError(fmt::format("{}: found layer {}; expected 0 to {}, the layers of this model",
                               option, layer, num_layers - 1));
}

// A default layer is a size until here, where it becomes a label.
int Nearest(const std::vector<int>& layers, std::size_t wanted_idx) {
  const int wanted = static_cast<int>(wanted_idx);
  return *std::min_element(layers.begin(), layers.end(), [wanted](int left, int right) {
    return std::abs(left - wanted) < std::abs(right - wanted);
  });
}

int ResolveLayer(const std::string& option, int asked, std::size_t standard, std::size_t num_layers,
                 const std::vector<int>& studied) {
  if (asked < 0) return Nearest(studied, standard);
  RequireLayer(option, asked, num_layers);
  if (!std::binary_search(studied.begin(), studied.end(), asked)) {
    throw UsageError(
        fmt::format("{}: found layer {}; expected one of the layers of `layers`", option, asked));
  }
  return asked;
}

void SortUnique(std::vector<int>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

std::vector<int> ResolveStudiedLayers(std::vector<int> asked, std::size_t num_layers) {
  for (const int layer : asked) RequireLayer("`layers`", layer, num_layers);
  if (asked.empty()) {
    asked.resize(num_layers);
    std::iota(asked.begin(), asked.end(), 0);
  }
  SortUnique(asked);
  return asked;
}

StudyLayers ResolveLayers(const StudyOptions& options, std::size_t num_layers) {
  StudyLayers layers;
  layers.studied = ResolveStudiedLayers(options.layers, num_layers);
  layers.scatter_layer = ResolveLayer("`scatter_layer`", options.scatter_layer,
                                      (5 * num_layers + 12) / 24, num_layers, layers.studied);
  layers.profile_layer = ResolveLayer("`profile_layer`", options.profile_layer,
                                      (7 * num_layers + 12) / 24, num_layers, layers.studied);
  for (const std::size_t layer : {std::size_t{0}, num_layers / 2, num_layers - 1}) {
    layers.adjustments.push_back(Nearest(layers.studied, layer));
  }
  SortUnique(layers.adjustments);
  return layers;
}

}  // namespace zipflens
