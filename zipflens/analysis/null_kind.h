// NullKind: the null hypotheses with which a study can be compared.
#pragma once

#include <string>

namespace zipflens {

/// A hypothesis under which token frequency plays no part in the encoder. A second study under it
/// is made in addition to the real one.
enum class NullKind {
  kNone,
  kShuffledTokens,      // the tokens of each sequence in random order
  kRandomWeights,       // an encoder of the same shape and precision with random weights
  kPermutedVocabulary,  // a permutation of the counted token types that are not special decides
                        // what the encoder reads
};

/// Returns "", "shuffled-tokens", "random-weights" or "permuted-vocabulary".
std::string NullKindName(NullKind kind);

}  // namespace zipflens
