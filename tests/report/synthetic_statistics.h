// The statistics beside the notebook's of a made-up study: slopes, split, types, intervals.
#pragma once

#include "zipflens/study/study.h"

namespace zipflens {

/// Fills slopes, splits, types, profile bands, row-centred profiles and the correlations over pairs
/// and types of a study that has its notebook's part. `effect`: 1, as a trained model has; 0, none.
void AddSyntheticStatistics(double effect, Study& study);

}  // namespace zipflens
