// Sentences about how far a study's correlations hold: in halves of its documents, with counts that
// are reliable, and beside draws of a null hypothesis. The terminal and the page show them.
#pragma once

#include <string>
#include <vector>

#include "zipflens/study/study.h"

namespace zipflens {

/// Says for how many of the correlations of the mean over heads the two halves have the same sign,
/// and where they differ most; empty if nothing could be compared.
std::string ReplicationSentence(const Study& study);

/// Says how reliable the log-proportions are, one sentence per source of counts that was halved.
std::vector<std::string> ReliabilitySentences(const Study& study);

/// Says which special tokens and positions the batch holds.
std::string BatchSentence(const StudyInfo& info);

/// Says for how many correlations p under the null hypothesis is below 0.05; empty without a p.
std::string NullSentence(const Study& study);

}  // namespace zipflens
