// Which files of a model's repository zipflens needs, and which of them the cache has.
#pragma once

#include "zipflens/hub/fetch.h"

namespace zipflens {

/// What of a model is needed.
enum class ModelPart {
  kTokenizer,  // config.json and the tokenizer's files
  kAll,        // and the weights
};

/// The files of base/model_files.h. Under Freshness::kCacheFirst the hub is not asked if the cache
/// has them and knows that no other file would change the ids. An index of shards is fetched, since
/// it names them. Throws InputError: no config.json, no tokenizer, no safetensors (with a word on
/// conversion if there is pytorch_model.bin, which is not read: unpickling can run any program),
/// shards that are missing, and as HubClient does.
FetchPlan PlanModel(HubClient& client, const HubCache& cache, const Repo& repo, ModelPart part,
                    Freshness freshness);

}  // namespace zipflens
