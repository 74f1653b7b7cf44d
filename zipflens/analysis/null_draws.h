// The distribution of a study's correlations under a null hypothesis, from many draws of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "zipflens/analysis/analysis.h"
#include "zipflens/analysis/control_rows.h"
#include "zipflens/analysis/encode_stage.h"

namespace zipflens {

/// Empirical p-values are computed for at least this many draws, with which they can reach 0.05.
inline constexpr std::size_t kFewestNullDraws = 19;

/// Returns the frequency of a batch with the log-proportions permuted over the token types that
/// take part, draw number `draw` for this seed. The same tokens take part.
BatchFrequency PermutedFrequency(const Batch& batch, const BatchFrequency& frequency,
                                 std::uint64_t seed, std::uint64_t draw);

/// Computes the correlations of each of `sources` in one pass over the batch, for the mean over
/// heads, without intervals and p. The rows of source k have the draw number `first_draw` + k.
/// `input.frequencies` is filled from `sources`; `scratch` is an existing folder for scratch files,
/// which are removed. Throws as Analysis::Encode does.
std::vector<NullDraw> CorrelationsOfDraws(EncodeInput input,
                                          std::span<const CountedFrequency> sources,
                                          std::uint64_t first_draw,
                                          const std::filesystem::path& scratch,
                                          ProgressObserver* observer);

/// Returns the rows of one draw, from its `correlations` for the mean over heads.
std::vector<NullDraw> DrawsOf(std::span<const Correlation> correlations, std::uint64_t draw);

/// Compares each of the study's `correlations` that has draws with these.
std::vector<NullTest> NullTests(std::span<const Correlation> correlations,
                                std::span<const NullDraw> draws);

}  // namespace zipflens
