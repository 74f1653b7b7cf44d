#include "zipflens/analysis/findings.h"

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
  }
  return "";
}

bool IsSignificant(const Correlation& correlation) {
  const bool leaves_zero_out = correlation.lower > 0 || correlation.upper < 0;
  return leaves_zero_out && correlation.q < kSignificanceLevel;
}

}  // namespace zipflens
