// Converts names of the hub to local paths before any input is opened. Local paths stay unchanged.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/corpus/corpus_name.h"
#include "zipflens/hub/dataset_plan.h"
#include "zipflens/hub/hub_options.h"
#include "zipflens/hub/model_plan.h"

namespace zipflens {

/// Returns the hub model that `name` denotes. Returns nullopt if `name` is local: it or its parent
/// folder exists, or it is not a valid repository id. "hf://NAME" is always a name of the hub.
/// Makes no connection.
std::optional<Repo> HubModelOf(const std::string& name, const std::string& revision);

/// Returns the settings of the environment, with `offline` set if the options ask for it.
HubSettings HubSettingsFor(const HubOptions& options);

/// Returns the files that the model needs and which of them are cached. Fetches none of them.
FetchPlan PlanHubModel(const Repo& repo, ModelPart part, Freshness freshness,
                       const HubOptions& options);

/// A corpus of the hub: what to fetch, and what to read after that.
struct HubCorpus {
  FetchPlan plan;
  std::vector<std::string>
      paths;  // of files in the cache; with rows, if the split selects some: FILE:train[0:100]
};

/// Returns the data set, configuration and split that `text` denotes on the hub: NAME:SPLIT,
/// NAME:CONFIG:SPLIT or ORGANISATION/NAME alone. Returns nullopt if it is a local path (as for
/// models) or has the ending of a corpus file. A text that begins with "hf://datasets/" or
/// "datasets/" is always a name of the hub. Makes no connection.
std::optional<CorpusName> HubCorpusOf(const std::string& text);

/// Finds the shards that the split needs. If the split selects only some rows, the footers of all
/// of its shards are read (by range requests). Without a split, the data set must have exactly one.
/// Throws as ListDataset and RowsOfFiles do.
HubCorpus PlanHubCorpus(const CorpusName& name, Freshness freshness, const HubOptions& options,
                        ProgressObserver& observer);

/// Returns the plan for the name of a model or data set, or nullopt if `name` is local.
std::optional<FetchPlan> PlanHubName(const std::string& name, Freshness freshness,
                                     const HubOptions& options, ProgressObserver& observer);

/// Fetches the plan with the settings of the environment and `options`; see Fetch.
void FetchPlanned(const FetchPlan& plan, const HubOptions& options, ProgressObserver& observer);

/// The repositories in the cache, and the folder of the cache.
std::vector<CachedRepo> CachedRepos();
std::filesystem::path HubCacheDir();

/// Returns the local folder of a model. A name of the hub is replaced by its folder in the cache,
/// and missing files are fetched. For a local path it reads no environment variable and makes no
/// connection. Throws as Fetch and PlanModel do.
std::filesystem::path LocalModelFolder(const std::filesystem::path& model, ModelPart part,
                                       const HubOptions& options, ProgressObserver& observer);

/// Does the same for a corpus and returns paths for OpenCorpus. Throws UsageError if a name of the
/// hub is not the only entry.
std::vector<std::string> LocalCorpusPaths(const std::vector<std::string>& corpus,
                                          const HubOptions& options, ProgressObserver& observer);

}  // namespace zipflens
