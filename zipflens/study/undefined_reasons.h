// UndefinedReasons: why correlations of a study are not defined.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "zipflens/study/study.h"

namespace zipflens {

/// One sentence for each reason why an r over all sequences (Pearson, mean over heads) has no
/// value: "r is not defined (n/a) for part 4, all pairs (all layers): every token that takes part
/// is equally frequent". Looks at the rows of `correlations` by `counts`. `log_proportions`: a by
/// those counts, [B, S], NaN for what takes no part; empty if it is not known, then the reason says
/// less. Empty if every r has a value.
std::vector<std::string> UndefinedReasons(const StudyInfo& info,
                                          const std::vector<Correlation>& correlations,
                                          CountSource counts,
                                          std::span<const double> log_proportions);

}  // namespace zipflens
