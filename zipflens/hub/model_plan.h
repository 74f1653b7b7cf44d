// Which files of a model's repository zipflens needs, and which of them the cache has.
#pragma once

#include "zipflens/hub/fetch.h"

namespace zipflens {

/// What of a model is needed.
enum class ModelPart {
  kTokenizer,  // config.json and the tokenizer's files
  kAll,        // and the weights
};

/// The files of base/model_files.h: config.json, the tokenizer's files and the weights. The index
/// of weights in shards is fetched into the cache, since it names the shards. Under
/// Freshness::kCacheFirst the hub is not asked if the cache has all of them and knows that the
/// model has no other file that would change the ids. Throws InputError: no config.json, no
/// tokenizer, no safetensors (with a word on conversion if there is pytorch_model.bin, which is not
/// read: unpickling can run any program), shards that are missing, and as HubClient does.
FetchPlan PlanModel(HubClient& client, const HubCache& cache, const Repo& repo, ModelPart part,
                    Freshness freshness);

}  // namespace zipflens
