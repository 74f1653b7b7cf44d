// MakeNullInputs: makes the inputs of a study in which frequency plays no part in the encoder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "zipflens/analysis/null_kind.h"
#include "zipflens/counting/corpus_pass.h"
#include "zipflens/model/encoder.h"

namespace zipflens {

/// The inputs of a null study, in place of the study's own.
struct NullInputs {
  Batch batch;                            // the tokens whose frequency is used
  std::vector<std::int32_t> encoder_ids;  // the ids that the encoder reads, [B, S]
  std::optional<Encoder> encoder;         // with random weights; nullopt: the study's own
};

/// kShuffledTokens shuffles the tokens of each sequence. kRandomWeights loads an encoder of the
/// same shape with random weights in the study's `precision`; WriteRandomModel writes the weights
/// to files in `folder`, which must exist, and the files are removed after loading.
/// kPermutedFrequencies changes no input: PermutedFrequency (null_draws.h) permutes the
/// frequencies. kPermutedVocabulary permutes the token types that are counted (their
/// `log_proportion_of` [V] is not NaN), are not special and have an embedding row; the encoder
/// reads every token of such a type as the type that the permutation gives. The last two leave the
/// batch as it is, so the bins and the left-out tokens are the study's own. The same seed gives the
/// same inputs. Throws OutputError.
NullInputs MakeNullInputs(NullKind kind, const Batch& batch, const Encoder& encoder,
                          std::span<const double> log_proportion_of,
                          std::span<const std::uint8_t> special, Precision precision,
                          std::uint64_t seed, const std::filesystem::path& folder);

}  // namespace zipflens
