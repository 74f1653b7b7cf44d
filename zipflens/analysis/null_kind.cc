#include "zipflens/analysis/null_kind.h"

namespace zipflens {

std::string NullKindName(NullKind kind) {
  switch (kind) {
    case NullKind::kNone:
      return "";
    case NullKind::kShuffledTokens:
      return "shuffled-tokens";
    case NullKind::kRandomWeights:
      return "random-weights";
    case NullKind::kPermutedFrequencies:
      return "permuted-frequencies";
    case NullKind::kPermutedVocabulary:
      return "permuted-vocabulary";
  }
  return {};
}

std::size_t DefaultNullDraws(NullKind kind) {
  return kind == NullKind::kPermutedFrequencies ? 20 : 1;
}

}  // namespace zipflens
