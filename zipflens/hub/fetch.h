// FetchPlan: what a name needs, what of it the cache has; and fetching the rest, several files at
// once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/hub/hub_cache.h"
#include "zipflens/hub/hub_client.h"

namespace zipflens {

/// When to ask the hub what a branch stands for.
enum class Freshness {
  kCacheFirst,  // not where the cache has all that is needed
  kAskHub,      // always, but offline
};

struct PlannedFile {
  RemoteFile file;
  bool is_cached = false;
};

/// A value: nothing was fetched for it but what it says.
struct FetchPlan {
  Repo repo;
  std::string commit;
  std::filesystem::path snapshot = {};   // the folder that has the files once they are fetched
  std::vector<PlannedFile> files = {};   // all that is needed, by name
  std::vector<std::string> absent = {};  // looked for, and known not to be in this commit
  std::uint64_t bytes_needed() const;
  std::uint64_t bytes_to_fetch() const;
};

/// Marks which files of the plan the cache has.
void LookIntoCache(const HubCache& cache, FetchPlan& plan);

/// Fetches what is not cached, up to 4 files at once, names it in the snapshot, and then remembers
/// what the revision stands for. Progress: stage "fetch". Throws as DownloadBlob does; files that
/// were complete by then stay.
void Fetch(const HubSettings& settings, const HubCache& cache, const FetchPlan& plan,
           ProgressObserver& observer);

/// "1.3 GB", "420.1 MB", "570 B".
std::string SizeText(std::uint64_t bytes);

}  // namespace zipflens
