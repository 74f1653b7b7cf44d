// Which files of a model's repository zipflens needs, and which of them the cache has.
#pragma once

#include "zipflens/hub/fetch.h"

namespace zipflens {

/// What of a model is needed.
enum class ModelPart {
  kTokenizer,  // config.json and the tokenizer's files
  kAll,        // and the weights
};

/// config.json; tokenizer.json, or vocab.txt where there is none; tokenizer_config.json and
/// special_tokens_map.json where there are any; model.safetensors, or the shards and their index.
/// Under Freshness::kCacheFirst the hub is not asked where the cache has these. Throws InputError:
/// no config.json, no tokenizer, no safetensors (with a word on conversion where there is
/// pytorch_model.bin, which is not read: unpickling can run any program), and as HubClient does.
FetchPlan PlanModel(HubClient& client, const HubCache& cache, const Repo& repo, ModelPart part,
                    Freshness freshness);

}  // namespace zipflens
