#include "zipflens/study/option_checks.h"

#include <fmt/format.h>

#include <utility>

#include "zipflens/base/error.h"

namespace zipflens {

void RequireSenseOfControls(const StudyOptions& options, std::size_t sequence_length) {
  if (options.num_bins == 0) {
    throw UsageError(
        fmt::format("`num_bins`: found {}; expected a positive number", options.num_bins));
  }
  const int num_sources = (options.counts_file.empty() ? 0 : 1) +
                          (options.counts_corpus.empty() ? 0 : 1) + (options.counts_split ? 1 : 0);
  if (num_sources > 1) {
    throw UsageError(
        "`counts_file`, `counts_corpus` and `counts_split`: found more than one; expected at most "
        "one of them");
  }
  if (options.skip_positions > sequence_length - 2) {
    throw UsageError(fmt::format(
        "`skip_positions`: found {}; expected 0 to {}, so that two positions of {} are left",
        options.skip_positions, sequence_length - 2, sequence_length));
  }
  for (const auto& [option, value] : {std::pair{"`num_permutations`", options.num_permutations},
                                      std::pair{"`num_resamples`", options.num_resamples}}) {
    if (value == 0 || (value >= kFewestResamples && value <= kMostResamples)) continue;
    throw UsageError(fmt::format("{}: found {}; expected {} to {}, or 0 for none", option, value,
                                 kFewestResamples, kMostResamples));
  }
  if (options.num_null_draws > kMostNullDraws) {
    throw UsageError(fmt::format("`num_null_draws`: found {}; expected 1 to {}",
                                 options.num_null_draws, kMostNullDraws));
  }
  if (options.num_null_draws > 0 && options.null_kind == NullKind::kNone) {
    throw UsageError(fmt::format("`num_null_draws`: found {} without `null_kind`; expected both",
                                 options.num_null_draws));
  }
}

}  // namespace zipflens
