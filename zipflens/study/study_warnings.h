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

/// Compares numbers of the notebook with those that test them: bin_mean with type_row_score,
/// type_column_score and pair; bin_mean_row_centred with type_column_centred; log_norm with
/// type_log_norm. There are two kinds of warning for each of these, naming the layers:
/// - first the contradictions: the notebook's r is above 0.5 in size, or has an interval without 0,
///   and the test is significant and of the opposite sign (EvidenceFor; for pair: its interval lies
///   on the other side of 0);
/// - then those in which the notebook's r is above 0.5 in size, but the test is not significant.
/// They belong to the figures that show the notebook's r. Only the correlations by
/// info.counts_source() are used.
StudyWarnings EvidenceWarnings(const StudyInfo& info, const std::vector<Correlation>& correlations);

/// Return the warnings in `info` about left-out tokens, and about merged and empty bins.
std::vector<std::string> LeftOutWarnings(const StudyInfo& info);
std::vector<std::string> BinWarnings(const StudyInfo& info);

/// Returns sentences about few sequences, and about p and intervals that are not computed because
/// an option says so. Empty if there is nothing to say.
std::vector<std::string> ResamplingWarnings(const StudyInfo& info);

}  // namespace zipflens
