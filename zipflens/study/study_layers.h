// Decides which layers a study analyses and which of them it shows. docs/analysis.md explains names
// such as part5b.
#pragma once

#include <cstddef>
#include <vector>

#include "zipflens/study/study_options.h"

namespace zipflens {

/// The layers of a study, all within [0, L).
struct StudyLayers {
  std::vector<int> studied;      // ascending, at least one
  int scatter_layer = 0;         // part5b
  int profile_layer = 0;         // part5c, part5d
  std::vector<int> adjustments;  // part4a, ascending, one to three
};

/// Returns `asked` in ascending order, each layer once, or all layers of the model if `asked` is
/// empty. Throws UsageError for a layer that the model does not have.
std::vector<int> ResolveStudiedLayers(std::vector<int> asked, std::size_t num_layers);

/// Returns the layers of a study. By default it shows the notebook's layers for a model of L
/// layers: 0, L/2 and L-1 in part4a, floor((5 L + 12) / 24) in part5b and floor((7 L + 12) / 24) in
/// part5c; if one of them is not studied, the nearest studied layer replaces it. Throws UsageError
/// if an option names a layer that the model does not have or that is not studied.
StudyLayers ResolveLayers(const StudyOptions& options, std::size_t num_layers);

}  // namespace zipflens
