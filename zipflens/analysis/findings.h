// Findings: the rows of a study's tables of statistics. docs/analysis.md defines the symbols: a
// (log-proportion), u (the sum of a over a token pair), z (the scores of a head), Z (their mean
// over heads) and n (log norm).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/stats/explained_share.h"
#include "zipflens/stats/pair_design.h"
#include "zipflens/stats/pair_estimates.h"

namespace zipflens {

/// A value that was not computed or is not defined. It is null in the tables.
inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

/// The quantities that are correlated with log-proportion. docs/outputs.md, "correlations", defines
/// each.
enum class Measure {
  kLogNorm,            // "log_norm": n, one point per token (part 4)
  kBinMean,            // "bin_mean": means of Z over bins of u (parts 5 and 6)
  kBinStd,             // "bin_std": standard deviations of Z over bins of u
  kBinMeanRowCentred,  // "bin_mean_row_centred": the means of row-centred scores
  kPair,               // "pair": Z, one point per token pair
  kPairRowCentred,     // "pair_row_centred": row-centred scores with row-centred u, over pairs
  kTypeLogNorm,        // "type_log_norm": mean n, one point per token type
  kTypeRowScore,       // "type_row_score": mean row mean of Z (the token as a query)
  kTypeColumnScore,    // "type_column_score": mean column mean of Z (the token as a key)
  kTypeColumnCentred,  // "type_column_centred": mean column mean of row-centred scores
};
inline constexpr std::size_t kNumMeasures = 10;

enum class CorrelationMethod { kPearson, kSpearman };

/// The source of the counts from which log-proportions are computed.
enum class CountSource {
  kCorpus,       // "corpus": the study's own corpus
  kFile,         // "file": a count file (StudyOptions::counts_file)
  kOtherCorpus,  // "other corpus": StudyOptions::counts_corpus
  // "other documents": the documents of the study's corpus that give no sequence of the batch
  // (StudyOptions::counts_split)
  kOtherDocuments,
};

/// Whether a measure has one point per token type.
constexpr bool IsOverTypes(Measure measure) { return measure >= Measure::kTypeLogNorm; }

/// Return the names used in tables, study.json and JSON output. The views are valid forever.
std::string_view MeasureName(Measure measure);
std::string_view MethodName(CorrelationMethod method);
std::string_view CountSourceName(CountSource source);

/// One row of correlations.parquet.
struct Correlation {
  Measure measure = Measure::kLogNorm;
  int layer = 0;
  int head = -1;            // -1: the mean over heads
  int sequence = -1;        // -1: all sequences
  double estimate = 0;      // r; NaN if it is not defined
  double lower = kNoValue;  // 95 % confidence interval
  double upper = kNoValue;
  double p = kNoValue;  // two-sided
  double q = kNoValue;  // p adjusted over `family` (Benjamini & Hochberg 1995)
  std::uint64_t n = 0;  // number of points
  CorrelationMethod method = CorrelationMethod::kPearson;
  std::string family = {};  // rows of one family are adjusted together; empty: no q
  CountSource counts = CountSource::kCorpus;
};

/// The level of every test that zipflens reports.
inline constexpr double kSignificanceLevel = 0.05;

/// What a test over token types says about a relation of a given sign.
enum class Evidence {
  kUntested,        // there is no q, or no interval
  kNotSignificant,  // the interval includes 0, or q >= kSignificanceLevel
  kSupports,        // significant, and of the same sign
  kContradicts      // significant, and of the opposite sign
};

/// The sign of a correlation: 1 or -1 if its interval lies on one side of 0, else 0.
int SignOf(const Correlation& correlation);

/// The one rule by which the terminal, the warnings, the page and the figures judge a relation:
/// `test` must have an interval that leaves 0 out, a q below kSignificanceLevel, and the sign of
/// `estimate`. An estimate that is NaN is untested.
Evidence EvidenceFor(double estimate, const Correlation& test);

/// Whether a correlation can be told from zero: EvidenceFor(its own estimate) is kSupports.
bool IsSignificant(const Correlation& correlation);

/// One row of slopes.parquet: a coefficient of a least-squares fit of the scores of token pairs.
struct Slope {
  Response response = Response::kScore;
  PairTerm term = PairTerm::kIntercept;
  int layer = 0;
  int head = -1;                     // -1: the mean over heads
  double estimate = kNoValue;        // NaN: the term does not vary and was dropped
  double standard_error = kNoValue;  // clustered by sequence
  double lower = kNoValue;           // 95 % confidence interval
  double upper = kNoValue;
  double cluster_p = kNoValue;  // two-sided, by standard_error: no evidence about frequency
  double cluster_q = kNoValue;  // cluster_p adjusted over `family`
  std::string family = {};      // type_q is type_p adjusted over it, too
  // The slope over types, of the terms that TypeMeasure names; its p and q are those of the
  // correlation.
  double type_estimate = kNoValue;
  double type_p = kNoValue;
  double type_q = kNoValue;
  std::uint64_t n = 0;         // pairs
  std::uint64_t clusters = 0;  // sequences
  CountSource counts = CountSource::kCorpus;
};

/// Returns the correlation over types that tests a slope: type_row_score for the query slope,
/// type_column_score for the key slope, type_column_centred for the row-centred key slope; nullopt
/// for other terms.
std::optional<Measure> TypeMeasure(Response response, PairTerm term);

/// One row of explained.parquet: the share of the variance over pairs that frequency explains.
struct Explained {
  Response response = Response::kScore;
  FrequencyTerms terms = FrequencyTerms::kWithProduct;
  int layer = 0;
  int head = -1;               // -1: the mean over heads
  double estimate = kNoValue;  // R^2 of a least-squares fit on `terms`
  double lower = kNoValue;     // 95 % confidence interval
  double upper = kNoValue;
  std::uint64_t n = 0;  // pairs
  CountSource counts = CountSource::kCorpus;
};

/// One row of split.parquet: the contribution of one part of the scores to their variance over
/// pairs.
struct SplitShare {
  int layer = 0;
  int head = -1;  // -1: the mean over heads
  SplitPart part = SplitPart::kContent;
  double mean = kNoValue;      // of the part; NaN for the covariance of two parts
  double variance = kNoValue;  // of the part, or twice the covariance
  double share = kNoValue;     // of the variance of z; the shares of one layer and head sum to 1
};

/// One row of types.parquet: a token type of the batch in one layer. Means are over the occurrences
/// of the type that take part.
struct TypeRow {
  std::int32_t id = 0;
  std::uint64_t count = 0;  // in the counted corpus
  double log_proportion = 0;
  std::uint64_t occurrences = 0;  // in the batch
  int layer = 0;
  double mean_log_norm = kNoValue;      // of n at positions >= 1; NaN if there is none
  double mean_row_score = kNoValue;     // of the mean of Z over all keys
  double mean_column_score = kNoValue;  // of the mean of Z over all queries
};

/// The bins of a layer, averaged over the sequences (docs/analysis.md, part 6). Each vector is
/// [num_bins].
struct LayerProfile {
  int layer = 0;
  std::vector<double> centre = {};
  std::vector<double> mean = {};
  std::vector<double> std = {};
  std::vector<double> lower = {};  // 95 % interval of mean over sequences; may be NaN
  std::vector<double> upper = {};
};

/// The tables of statistics of one analysis, without the tables that grow with the sequences.
struct Findings {
  std::vector<Correlation> correlations;
  std::vector<Slope> slopes;
  std::vector<Explained> explained;
  std::vector<SplitShare> splits;
  std::vector<TypeRow> types;
};

}  // namespace zipflens
