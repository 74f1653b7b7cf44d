// Which layers a study looks at, and which it shows.
#pragma once

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

/// `asked` in ascending order, each once; all layers of the model if it is empty. Throws UsageError
/// for a layer that the model does not have.
std::vector<int> ResolveStudiedLayers(std::vector<int> asked, int num_layers);

/// Fills in the notebook's layers for a model of L layers: 0, L/2, L-1 for part4a, floor((5 L + 12)
/// / 24) and floor((7 L + 12) / 24) for part5b and part5c; where one of them is not studied, the
/// nearest that is. Throws UsageError for a layer that the model does not have, or one named but
/// not studied.
StudyLayers ResolveLayers(const StudyOptions& options, int num_layers);

}  // namespace zipflens
