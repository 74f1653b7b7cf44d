#include "zipflens/analysis/findings.h"

#include <cmath>

namespace zipflens {

std::string_view MeasureName(Measure measure) {
  switch (measure) {
    case Measure::kLogNorm:
      return "log_norm";
    case Measure::kBinMean:
      return "bin_mean";
    case Measure::kBinStd:
      return "bin_std";
    case Measure::kBinMeanRowCentred:
      return "bin_mean_row_centred";
    case Measure::kPair:
      return "pair";
    case Measure::kPairRowCentred:
      return "pair_row_centred";
    case Measure::kTypeLogNorm:
      return "type_log_norm";
    case Measure::kTypeRowScore:
      return "type_row_score";
    case Measure::kTypeColumnScore:
      return "type_column_score";
    case Measure::kTypeColumnCentred:
      return "type_column_centred";
  }
  return "";
}

std::string_view MethodName(CorrelationMethod method) {
  return method == CorrelationMethod::kPearson ? "pearson" : "spearman";
}

std::string_view CountSourceName(CountSource source) {
  switch (source) {
    case CountSource::kCorpus:
      return "corpus";
    case CountSource::kFile:
      return "file";
    case CountSource::kOtherCorpus:
      return "other corpus";
    case CountSource::kOtherDocuments:
      return "other documents";
  }
  return "";
}

int SignOf(const Correlation& correlation) {
  return correlation.lower > 0 ? 1 : correlation.upper < 0 ? -1 : 0;
}

Evidence EvidenceFor(double estimate, const Correlation& test) {
  if (std::isnan(estimate) || std::isnan(test.q) || std::isnan(test.lower) ||
      std::isnan(test.upper)) {
    return Evidence::kUntested;
  }
  const int sign = SignOf(test);
  if (sign == 0 || !(test.q < kSignificanceLevel)) return Evidence::kNotSignificant;
  return estimate * sign > 0 ? Evidence::kSupports : Evidence::kContradicts;
}

bool IsSignificant(const Correlation& correlation) {
  return EvidenceFor(correlation.estimate, correlation) == Evidence::kSupports;
}

std::optional<Measure> TypeMeasure(Response response, PairTerm term) {
  const bool is_centred = response == Response::kRowCentredScore;
  if (term == PairTerm::kQuery && !is_centred) return Measure::kTypeRowScore;
  if (term == PairTerm::kKey) {
    return is_centred ? Measure::kTypeColumnCentred : Measure::kTypeColumnScore;
  }
  return std::nullopt;
}

}  // namespace zipflens
