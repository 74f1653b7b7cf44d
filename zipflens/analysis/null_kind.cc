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
    case NullKind::kPermutedVocabulary:
      return "permuted-vocabulary";
  }
  return {};
}

}  // namespace zipflens
