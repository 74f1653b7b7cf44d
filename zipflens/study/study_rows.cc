#include "zipflens/study/study_rows.h"

#include <algorithm>
#include <cmath>

namespace zipflens {
namespace {

bool IsOf(const Explained& row, CountSource counts, Response response, int layer) {
  return row.counts == counts && row.response == response && row.layer == layer &&
         row.terms == FrequencyTerms::kWithProduct && !std::isnan(row.estimate);
}

}  // namespace

const Correlation* FindCorrelation(const std::vector<Correlation>& rows, CountSource counts,
                                   Measure measure, int layer, int head) {
  const auto found = std::ranges::find_if(rows, [&](const Correlation& row) {
    return row.measure == measure && row.layer == layer && row.head == head && row.sequence == -1 &&
           row.method == CorrelationMethod::kPearson && row.counts == counts;
  });
  return found == rows.end() ? nullptr : &*found;
}

const Explained* ExplainedInLayer(const Study& study, CountSource counts, Response response,
                                  int layer) {
  const auto found = std::ranges::find_if(study.explained, [&](const Explained& row) {
    return row.head == -1 && IsOf(row, counts, response, layer);
  });
  return found == study.explained.end() ? nullptr : &*found;
}

const Explained* LargestExplainedHead(const Study& study, CountSource counts, Response response,
                                      int layer) {
  const Explained* largest = nullptr;
  for (const Explained& row : study.explained) {
    if (row.head < 0 || !IsOf(row, counts, response, layer)) continue;
    if (largest == nullptr || row.estimate > largest->estimate) largest = &row;
  }
  return largest;
}

Evidence EvidenceForSlope(const Study& study, const Slope& slope) {
  const std::optional<Measure> measure = TypeMeasure(slope.response, slope.term);
  if (!measure) return Evidence::kUntested;
  const Correlation* test =
      FindCorrelation(study.correlations, slope.counts, *measure, slope.layer, slope.head);
  return test == nullptr ? Evidence::kUntested : EvidenceFor(slope.estimate, *test);
}

}  // namespace zipflens
