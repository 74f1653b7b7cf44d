// config.json.
//
// Promise: a configuration that is read has sizes of a model that can exist: positive, and within
// int; heads divide the hidden size. Nothing of a size that it states is allocated before the
// weights confirm it. What zipflens writes it reads back.
#include <cstddef>

#include "fuzz/fuzz_target.h"
#include "fuzz/scratch_folder.h"
#include "zipflens/model/model_config.h"

namespace zipflens::fuzz {

FUZZ_TARGET(model_config) {
  const ModelConfig config = LoadModelConfig(Scratch().Write("config.json", input));
  FUZZ_REQUIRE(config.vocab_size > 0 && config.num_hidden_layers > 0);
  FUZZ_REQUIRE(config.hidden_size > 0 && config.num_attention_heads > 0);
  FUZZ_REQUIRE(config.intermediate_size > 0 && config.max_position_embeddings > 0);
  constexpr std::size_t kMost = 0x7FFFFFFF;
  for (const std::size_t size :
       {config.vocab_size, config.num_hidden_layers, config.hidden_size, config.intermediate_size,
        config.max_position_embeddings, config.type_vocab_size, config.embedding_size}) {
    FUZZ_REQUIRE(size <= kMost);
  }
  FUZZ_REQUIRE(config.num_hidden_layers <= 10'000 && config.num_attention_heads <= 10'000);
  FUZZ_REQUIRE(config.head_size() * config.num_attention_heads == config.hidden_size);
  FUZZ_REQUIRE(config.layer_norm_eps > 0);
  if (config.family != ModelFamily::kBert) return;  // those that zipflens writes
  const ModelConfig again = LoadModelConfig(Scratch().Write("again.json", ModelConfigJson(config)));
  FUZZ_REQUIRE(again.vocab_size == config.vocab_size && again.hidden_size == config.hidden_size);
  FUZZ_REQUIRE(again.layer_norm_eps == config.layer_norm_eps);
}

}  // namespace zipflens::fuzz
