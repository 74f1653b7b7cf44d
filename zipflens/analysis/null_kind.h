// NullKind: the null hypotheses with which a study can be compared.
#pragma once

#include <cstddef>
#include <string>

namespace zipflens {

/// A hypothesis under which token frequency and the encoder have nothing to do with each other. A
/// second study under it is made in addition to the real one.
enum class NullKind {
  kNone,
  kShuffledTokens,       // the tokens of each sequence in random order
  kRandomWeights,        // an encoder of the same shape and precision with random weights
  kPermutedFrequencies,  // the log-proportions permuted over the token types of the batch
  kPermutedVocabulary,   // a permutation of the counted token types that are not special decides
                         // what the encoder reads
};

/// Returns "", "shuffled-tokens", "random-weights", "permuted-frequencies" or
/// "permuted-vocabulary".
std::string NullKindName(NullKind kind);

/// Returns how many draws of the null are made unless asked otherwise: 20 of permuted frequencies,
/// which share one forward pass, and 1 of the others.
std::size_t DefaultNullDraws(NullKind kind);

}  // namespace zipflens
