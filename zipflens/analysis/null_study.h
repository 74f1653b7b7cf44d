// Null hypotheses: the inputs of a study in which frequency cannot matter to the encoder.
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

/// What a null study reads in place of the study's own.
struct NullInputs {
  Batch batch;                            // the tokens whose frequency is related
  std::vector<std::int32_t> encoder_ids;  // what the encoder reads in their place, [B, S]
  std::optional<Encoder> encoder;         // with random weights; empty: the study's own
};

/// kShuffledTokens: the tokens of each sequence in random order. kRandomWeights: weights of the
/// same shape by WriteRandomModel, by way of files in the existing `folder`, removed again, loaded
/// in the `precision` of the study. kPermutedVocabulary: the encoder reads each counted token type
/// that is not special as another, one to one: those whose log-proportion in `log_proportion_of`
/// [V] is finite and that have an embedding row. Frequencies stay where they are, so bins and
/// left-out tokens are the study's own. The same seed gives the same inputs. Throws OutputError.
NullInputs MakeNullInputs(NullKind kind, const Batch& batch, const Encoder& encoder,
                          std::span<const double> log_proportion_of,
                          std::span<const std::uint8_t> special, Precision precision,
                          std::uint64_t seed, const std::filesystem::path& folder);

}  // namespace zipflens
