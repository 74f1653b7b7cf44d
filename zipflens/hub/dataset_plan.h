// Finds the files of each split of a data set's repository, their numbers of rows, and the files
// that must be fetched.
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
  DatasetLayout layout = {};  // describes the same splits

  /// Returns `expression`, checked by SelectSplits; without an expression, returns the only split.
  /// Throws InputError if there are several splits (the message lists them), and as SelectSplits
  /// does.
  SplitExpression Select(const std::optional<SplitExpression>& expression) const;
  /// Returns the split called `name`, which must be one that Select returned.
  const DatasetSplit& Split(const std::string& name) const;
};

/// Looks up a configuration ("": the only one, or the default one), as ResolveDataset does for a
/// local folder. Requests only the card and the file lists of the folders that its patterns name.
/// They are stored in the cache, so that the same call needs no connection the next time (under
/// Freshness::kCacheFirst). Throws InputError as ResolveDataset and HubClient do, and if the files
/// are not Parquet, or if the hub is offline and the cache lacks an answer.
DatasetFiles ListDataset(HubClient& client, const HubCache& cache, const Repo& repo,
                         const std::string& config, Freshness freshness,
                         ProgressObserver& observer);

/// Returns the number of rows of each file of a split. A number that is not stored in the cache is
/// read from the file's footer: from the cached file, or by range requests (up to 8 at once).
/// Progress is reported as stage "footers".
std::vector<std::uint64_t> RowsOfFiles(const HubSettings& settings, const HubCache& cache,
                                       const DatasetFiles& dataset, const DatasetSplit& split,
                                       ProgressObserver& observer);

/// Returns a plan that fetches `files`.
FetchPlan PlanFiles(const HubCache& cache, const DatasetFiles& dataset,
                    std::vector<RemoteFile> files);

}  // namespace zipflens
