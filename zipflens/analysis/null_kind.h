// NullKind: the null hypotheses that a study can be set beside.
#pragma once

#include <string>

namespace zipflens {

/// A hypothesis under which frequency cannot matter to the encoder, studied beside the real thing.
enum class NullKind {
  kNone,
  kShuffledTokens,      // the tokens of each sequence in random order
  kRandomWeights,       // an encoder of the same shape and precision with random weights
  kPermutedVocabulary,  // the encoder reads each counted token type that is not special as another,
                        // one to one
};

/// "", "shuffled-tokens", "random-weights", "permuted-vocabulary".
std::string NullKindName(NullKind kind);

}  // namespace zipflens
