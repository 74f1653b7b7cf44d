// UndefinedReasons: explains why correlations of a study are not defined.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "zipflens/study/study.h"

namespace zipflens {

/// Returns one sentence per reason why an r over all sequences (Pearson, mean over heads) has no
/// value, such as "r is not defined (n/a) for part 4, all pairs (all layers): every token that
/// takes part is equally frequent". Returns nothing if every r has a value. Only the rows of
/// `correlations` with the source `counts` are used. `log_proportions` is a by those counts, [B,
/// S], and NaN for tokens that are left out. It may be empty; the reasons are then less specific.
std::vector<std::string> UndefinedReasons(const StudyInfo& info,
                                          const std::vector<Correlation>& correlations,
                                          CountSource counts,
                                          std::span<const double> log_proportions);

}  // namespace zipflens
