// Finds the files of a model's repository that zipflens needs, and which of them are cached.
#pragma once

#include "zipflens/hub/fetch.h"

namespace zipflens {

/// The part of a model that is needed.
enum class ModelPart {
  kTokenizer,  // config.json and the tokenizer's files
  kAll,        // also the weights
};

/// Plans the files of base/model_files.h. Under Freshness::kCacheFirst the hub is not asked if the
/// cache has these files and records that no other file would change the token ids. If the weights
/// are sharded, their index is fetched, because it names the shards. Throws InputError if there is
/// no config.json, no tokenizer or no safetensors file, or if shards are missing; and as HubClient
/// does. (pytorch_model.bin is not read, because unpickling can run any program; the message then
/// explains how to convert it.)
FetchPlan PlanModel(HubClient& client, const HubCache& cache, const Repo& repo, ModelPart part,
                    Freshness freshness);

}  // namespace zipflens
