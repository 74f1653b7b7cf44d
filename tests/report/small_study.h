// A study small enough to be made for every test, and its figures by name.
#pragma once

#include <string>
#include <vector>

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

/// Every figure of the study.
inline std::vector<Figure> MakeFigures(const Study& study, const ReportOptions& options) {
  std::vector<Figure> figures;
  for (const FigureMaker& maker : FigureMakers(study, options)) figures.push_back(maker.make());
  return figures;
}

/// The figure of that name.
inline Figure Of(const Study& study, const std::string& name, const ReportOptions& options = {}) {
  for (Figure& figure : MakeFigures(study, options)) {
    if (figure.name == name) return figure;
  }
  return {};
}

}  // namespace zipflens
