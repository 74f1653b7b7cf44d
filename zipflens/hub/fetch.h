// FetchPlan: the files that a hub name needs and which of them are cached. Fetch downloads the
// others, several at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/hub/hub_cache.h"
#include "zipflens/hub/hub_client.h"

namespace zipflens {

/// When the hub is asked for the current commit of a branch.
enum class Freshness {
  kCacheFirst,  // only if the cache lacks something needed
  kAskHub,      // always, except offline
};

struct PlannedFile {
  RemoteFile file;
  bool is_cached = false;
};

/// What must be fetched. Making a plan downloads none of these files.
struct FetchPlan {
  Repo repo;
  std::string commit;
  std::filesystem::path snapshot = {};   // the folder that has the files after Fetch
  std::vector<PlannedFile> files = {};   // all files needed, sorted by name
  std::vector<std::string> absent = {};  // known not to exist in this commit
  std::uint64_t bytes_needed() const;
  std::uint64_t bytes_to_fetch() const;
};

/// Sets `is_cached` of every file of the plan.
void LookIntoCache(const HubCache& cache, FetchPlan& plan);

/// Downloads the files that are not cached, up to 4 at once, links them into the snapshot and then
/// stores the commit of the revision. Progress is reported as stage "fetch". Throws as DownloadBlob
/// does; files that were already complete stay in the cache.
void Fetch(const HubSettings& settings, const HubCache& cache, const FetchPlan& plan,
           ProgressObserver& observer);

/// Formats a size: "1.30 GB", "420.1 MB", "570 B".
std::string SizeText(std::uint64_t bytes);

}  // namespace zipflens
