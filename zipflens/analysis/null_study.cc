#include "zipflens/analysis/null_study.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "zipflens/kernels/statistics/counter_random.h"
#include "zipflens/model/random_model.h"

namespace zipflens {
namespace {

void ShuffleTokens(std::uint64_t seed, Batch& batch) {
  const std::size_t length = batch.sequence_length;
  for (std::size_t stream = 0; stream < batch.num_sequences; ++stream) {
    CounterRandom random(seed, RandomPurpose::kShuffledTokens, stream);
    ShuffleInPlace(std::span(batch.token_ids).subspan(stream * length, length), random);
  }
}

Encoder RandomEncoder(const ModelConfig& config, Precision precision, std::uint64_t seed,
                      const std::filesystem::path& folder) {
  const std::filesystem::path model_dir = folder / "random-weights";
  std::filesystem::create_directory(model_dir);
  WriteRandomModel(config, seed, model_dir);
  Encoder encoder = Encoder::Load(model_dir, precision);
  std::filesystem::remove_all(model_dir);
  return encoder;
}

// Returns, by token id, the id that the encoder reads instead. Ids from `num_embeddings` on stay
// unchanged.
std::vector<std::int32_t> PermutedVocabulary(std::span<const double> log_proportion_of,
                                             std::span<const std::uint8_t> special,
                                             std::size_t num_embeddings, std::uint64_t seed) {
  std::vector<std::int32_t> read_as(log_proportion_of.size());
  std::iota(read_as.begin(), read_as.end(), 0);
  std::vector<std::int32_t> from;
  for (const std::int32_t id : read_as) {
    const bool is_counted = !std::isnan(log_proportion_of[id]) && special[id] == 0;
    if (is_counted && std::cmp_less(id, num_embeddings)) from.push_back(id);
  }
  std::vector<std::int32_t> to = from;
  CounterRandom random(seed, RandomPurpose::kPermutedVocabulary, /*stream=*/0);
  ShuffleInPlace(to, random);
  for (std::size_t i = 0; i < from.size(); ++i) read_as[from[i]] = to[i];
  return read_as;
}

}  // namespace

NullInputs MakeNullInputs(NullKind kind, const Batch& batch, const Encoder& encoder,
                          std::span<const double> log_proportion_of,
                          std::span<const std::uint8_t> special, Precision precision,
                          std::uint64_t seed, const std::filesystem::path& folder) {
  NullInputs inputs{batch, {}, std::nullopt};
  if (kind == NullKind::kShuffledTokens) ShuffleTokens(seed, inputs.batch);
  inputs.encoder_ids = inputs.batch.token_ids;
  if (kind == NullKind::kRandomWeights) {
    inputs.encoder.emplace(RandomEncoder(encoder.config(), precision, seed, folder));
  }
  if (kind == NullKind::kPermutedVocabulary) {
    const auto read_as =
        PermutedVocabulary(log_proportion_of, special, encoder.config().vocab_size, seed);
    for (std::int32_t& id : inputs.encoder_ids) id = read_as[id];
  }
  return inputs;
}

}  // namespace zipflens
