// Warnings for the readers of a study, as sentences.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "zipflens/study/study.h"

namespace zipflens {

/// All warnings, and the short forms of those that are drawn on figures, by the figure's name.
struct StudyWarnings {
  std::vector<std::string> all;
  std::map<std::string, std::vector<std::string>> by_figure;
};

/// Warns of layers in which |r| over bins (bin_mean, averaged over all sequences) is above 0.5,
/// although the correlation of the same scores over token types is not significant. There is one
/// warning for queries (type_row_score) and one for keys (type_column_score). It belongs to the
/// figures part6 and evidence_correlations, and to part5c and part5d if they show such a layer.
/// Only the correlations by info.counts_source() are used.
StudyWarnings BinnedWarnings(const StudyInfo& info, const std::vector<Correlation>& correlations);

/// Return the warnings in `info` about left-out tokens, and about merged and empty bins.
std::vector<std::string> LeftOutWarnings(const StudyInfo& info);
std::vector<std::string> BinWarnings(const StudyInfo& info);

}  // namespace zipflens
