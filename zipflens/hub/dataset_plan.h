// Which files of a data set's repository are a split, how many rows each has, and which of them are
// needed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/corpus/dataset_layout.h"
#include "zipflens/hub/fetch.h"

namespace zipflens {

/// The Parquet files of one split, in order.
struct DatasetSplit {
  std::string name;
  std::vector<RemoteFile> files;
};

/// One configuration of a data set at a commit.
struct DatasetFiles {
  Repo repo;
  std::string commit;
  std::string config;
  std::vector<DatasetSplit> splits;
  DatasetLayout layout = {};  // of the same splits

  /// The split that was named, known to be usable; without one the only split. Throws InputError
  /// that lists the splits there are, and as SelectSplits does.
  SplitExpression Select(const std::optional<SplitExpression>& expression) const;
  /// One of the splits that Select gave.
  const DatasetSplit& Split(const std::string& name) const;
};

/// Looks a configuration up ("": the only one, or the default), as ResolveDataset does it for a
/// folder here. Only the card and the lists of the folders that its patterns name are asked for;
/// they are remembered in the cache, so that the same question needs no connection again (under
/// Freshness::kCacheFirst). Throws InputError as ResolveDataset does; files that are not Parquet;
/// offline and not in the cache; and as HubClient does.
DatasetFiles ListDataset(HubClient& client, const HubCache& cache, const Repo& repo,
                         const std::string& config, Freshness freshness,
                         ProgressObserver& observer);

/// The rows of each file of a split: remembered, or of the footer, which is read from the cache or
/// by range requests (up to 8 at once). Progress: stage "footers".
std::vector<std::uint64_t> RowsOfFiles(const HubSettings& settings, const HubCache& cache,
                                       const DatasetFiles& dataset, const DatasetSplit& split,
                                       ProgressObserver& observer);

/// The plan that fetches these files.
FetchPlan PlanFiles(const HubCache& cache, const DatasetFiles& dataset,
                    std::vector<RemoteFile> files);

}  // namespace zipflens
