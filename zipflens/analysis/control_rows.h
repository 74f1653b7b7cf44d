// The rows of the tables that check a study's correlations: replication, reliability of the counts,
// null draws, and correlations given properties of the token. docs/statistics.md explains them.
#pragma once

#include <cstdint>

#include "zipflens/analysis/findings.h"

namespace zipflens {

/// One row of replication.parquet: a correlation of the study in two disjoint halves of its
/// documents, those of the sequences with even and with odd numbers.
struct Replication {
  Measure measure = Measure::kLogNorm;
  int layer = 0;
  int head = -1;  // -1: the mean over heads
  CorrelationMethod method = CorrelationMethod::kPearson;
  double whole = kNoValue;  // the estimate of correlations.parquet
  double even = kNoValue;   // in the sequences 0, 2, 4, ...; NaN if it is not defined
  double odd = kNoValue;
  CountSource counts = CountSource::kCorpus;
};

/// One row of count_reliability.parquet: how well the log-proportions from two halves of a counted
/// text agree, over the token types of the batch that take part (stats/count_reliability.h).
struct ReliabilityRow {
  CountSource counts = CountSource::kCorpus;
  double estimate = kNoValue;  // NaN: the counts were not halved
  double stepped_up = kNoValue;
  std::uint64_t n = 0;
  std::uint64_t in_one_half = 0;
};

/// One row of null_draws.parquet: a correlation under one draw of the null hypothesis.
struct NullDraw {
  std::uint64_t draw = 0;
  Measure measure = Measure::kLogNorm;
  int layer = 0;
  int sequence = -1;  // -1: all sequences
  CorrelationMethod method = CorrelationMethod::kPearson;
  double estimate = kNoValue;
};

/// One row of null_tests.parquet: a correlation of the study beside its draws under the null.
struct NullTest {
  Measure measure = Measure::kLogNorm;
  int layer = 0;
  int sequence = -1;  // -1: all sequences
  CorrelationMethod method = CorrelationMethod::kPearson;
  double estimate = kNoValue;  // the study's
  std::uint64_t draws = 0;     // those in which the correlation is defined
  double mean = kNoValue;      // of the draws
  double std = kNoValue;       // of the draws, ddof 1
  double lower = kNoValue;     // the central 95 % of the draws
  double upper = kNoValue;
  double p = kNoValue;  // two-sided: (1 + draws as far from 0) / (1 + draws); NaN for few draws
};

/// One row of partial_correlations.parquet: a correlation over token types given properties of the
/// token (analysis/token_properties.h).
struct PartialCorrelation {
  Measure measure = Measure::kTypeLogNorm;
  int layer = 0;
  double estimate = kNoValue;  // partial r
  double raw = kNoValue;       // r of the same points without the properties
  double p = kNoValue;         // two-sided, by permutation (Freedman & Lane 1983)
  std::uint64_t n = 0;         // token types
  CountSource counts = CountSource::kCorpus;
};

}  // namespace zipflens
