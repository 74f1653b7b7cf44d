#include "zipflens/study/study_result.h"

#include <algorithm>
#include <iterator>

namespace zipflens {

std::vector<Correlation> StudyResult::ByLayer(const std::string& measure,
                                              const std::string& method) const {
  std::vector<Correlation> rows;
  std::copy_if(correlations.begin(), correlations.end(), std::back_inserter(rows),
               [&](const Correlation& row) {
                 return row.measure == measure && row.method == method && row.head == -1 &&
                        row.sequence == -1 && row.counts == info.counts_source;
               });
  std::stable_sort(rows.begin(), rows.end(), [](const Correlation& left, const Correlation& right) {
    return left.layer < right.layer;
  });
  return rows;
}

std::vector<Correlation> StudyResult::BySequence(const std::string& measure, int layer) const {
  std::vector<Correlation> rows;
  std::copy_if(correlations.begin(), correlations.end(), std::back_inserter(rows),
               [&](const Correlation& row) {
                 return row.measure == measure && row.layer == layer && row.head == -1 &&
                        row.sequence >= 0 && row.counts == info.counts_source;
               });
  std::stable_sort(rows.begin(), rows.end(), [](const Correlation& left, const Correlation& right) {
    return left.sequence < right.sequence;
  });
  return rows;
}

}  // namespace zipflens
