// Properties of token types that go along with both frequency and attention, and the correlations
// over types given these properties.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "zipflens/analysis/control_rows.h"
#include "zipflens/analysis/type_numbers.h"
#include "zipflens/stats/resampling.h"

namespace zipflens {

/// Properties of a vocabulary entry, each as a number: whether it continues a word (it begins with
/// "##"), whether it consists of punctuation, whether it holds a digit, and its length in
/// characters without "##".
inline constexpr std::size_t kNumTokenProperties = 4;
std::array<double, kNumTokenProperties> TokenProperties(const std::string& token);

/// The p of partial correlations come from at most this many permutations, because each of them
/// permutes the properties, too.
inline constexpr std::size_t kMostPartialPermutations = 2'000;

/// Returns the partial correlations of the type-level measures with a, given the properties of the
/// types, for each layer and the mean over heads. `tokens` is the vocabulary, by id.
std::vector<PartialCorrelation> PartialCorrelations(const TypeValues& values,
                                                    std::span<const int> layers,
                                                    const std::vector<std::string>& tokens,
                                                    CountSource counts,
                                                    const ResamplingOptions& resampling);

}  // namespace zipflens
