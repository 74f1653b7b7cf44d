// A study small enough to be made for every test, and its figures by name.
#pragma once

#include <string>

#include "synthetic_study.h"
#include "zipflens/report/report.h"

namespace zipflens {

inline SyntheticShape SmallShape() {
  SyntheticShape shape;
  shape.vocab_size = 3000;
  shape.num_sequences = 5;
  shape.sequence_length = 48;
  return shape;
}

/// The figure of that name.
inline Figure Of(const StudyResult& study, const std::string& name,
                 const ReportOptions& options = {}) {
  for (Figure& figure : MakeFigures(study, options)) {
    if (figure.name == name) return figure;
  }
  return {};
}

}  // namespace zipflens
