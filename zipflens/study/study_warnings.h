// What a reader of a study should be warned of, in sentences.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "zipflens/study/study.h"

namespace zipflens {

/// Warnings, and those of them that belong on a figure, by its name.
struct StudyWarnings {
  std::vector<std::string> all;
  std::map<std::string, std::vector<std::string>> by_figure;
};

/// Layers whose binned r (bin_mean over the averages of all sequences) is above 0.5 in size while
/// the type-level r of the same scores, of queries (type_row_score) or of keys (type_column_score),
/// cannot be told from zero: one warning a side, and where it belongs: part6, and part5c and part5d
/// if they show such a layer. `correlations` of one source of counts are looked at:
/// `info.counts_source`.
StudyWarnings BinnedWarnings(const StudyInfo& info, const std::vector<Correlation>& correlations);

/// Tokens left out, merged and empty bins, from `info`.
std::vector<std::string> LeftOutWarnings(const StudyInfo& info);
std::vector<std::string> BinWarnings(const StudyInfo& info);

}  // namespace zipflens
