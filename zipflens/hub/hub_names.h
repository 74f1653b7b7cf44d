// Turns names of the hub into local paths, before anything is opened; local paths stay as they are.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/corpus/split_expression.h"
#include "zipflens/hub/dataset_plan.h"
#include "zipflens/hub/hub_options.h"
#include "zipflens/hub/model_plan.h"

namespace zipflens {

/// The model that `name` means on the hub. Returns nullopt if `name` is local: it or its parent
/// folder exists, or it is not a valid repository id. "hf://NAME" is always a name of the hub.
/// Makes no connection.
std::optional<Repo> HubModelOf(const std::string& name, const std::string& revision);

/// The environment's settings, and offline where the options say so.
HubSettings HubSettingsFor(const HubOptions& options);

/// What fetching would need, with what the cache has; nothing of it is fetched.
FetchPlan PlanHubModel(const Repo& repo, ModelPart part, Freshness freshness,
                       const HubOptions& options);

/// A corpus of the hub: what to fetch, and then what to read.
struct HubCorpus {
  FetchPlan plan;
  std::vector<std::string>
      paths;  // of files in the cache, with the rows of each: FILE:train[0:100]
};

/// The data set, configuration and split that `text` means on the hub: NAME:SPLIT,
/// NAME:CONFIG:SPLIT or ORGANISATION/NAME alone. Nothing where it is a path (as for models) or ends
/// like a corpus file; what begins with "hf://datasets/" or "datasets/" is always of the hub. No
/// connection is made.
std::optional<CorpusName> HubCorpusOf(const std::string& text);

/// The shards that the split needs. Footers of all shards are read (by range requests) where the
/// split is not all of them. Without a split the data set must have one only. Throws as ListDataset
/// and RowsOfFiles do.
HubCorpus PlanHubCorpus(const CorpusName& name, Freshness freshness, const HubOptions& options,
                        ProgressObserver& observer);

/// The plan for the name of a model or data set. Returns nullopt if `name` is local.
std::optional<FetchPlan> PlanHubName(const std::string& name, Freshness freshness,
                                     const HubOptions& options, ProgressObserver& observer);

/// Fetches it; see Fetch.
void FetchPlanned(const FetchPlan& plan, const HubOptions& options, ProgressObserver& observer);

/// The repositories in the cache, and where that is.
std::vector<CachedRepo> CachedRepos();
std::filesystem::path HubCacheDir();

/// The model with a name of the hub replaced by its folder in the cache, fetched if it is missing.
/// For a local path nothing of the hub is touched: no environment variable, no connection. Throws
/// as Fetch and PlanModel do.
std::filesystem::path LocalModelFolder(const std::filesystem::path& model, ModelPart part,
                                       const HubOptions& options, ProgressObserver& observer);

/// The same for a corpus: paths as OpenCorpus takes them. A name of the hub stands alone (else
/// UsageError).
std::vector<std::string> LocalCorpusPaths(const std::vector<std::string>& corpus,
                                          const HubOptions& options, ProgressObserver& observer);

}  // namespace zipflens
