// DatasetNote: what zipflens stores in the cache about one commit of a data set, in addition to
// what huggingface_hub stores: the file lists of folders and the numbers of rows of files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/hub/hub_cache.h"
#include "zipflens/hub/hub_client.h"

namespace zipflens {

/// The content of CACHE/datasets--org--name/zipflens/COMMIT.json. Load and Store are atomic.
struct DatasetNote {
  std::map<std::string, std::vector<RemoteFile>> files_of_folder;  // "": files directly in the root
  std::map<std::string, std::uint64_t> rows_of_file;

  /// Returns an empty note if there is none or its format is different.
  static DatasetNote Load(const HubCache& cache, const Repo& repo, const std::string& commit);
  /// Merges this note into the stored one, under the note's lock.
  void Store(const HubCache& cache, const Repo& repo, const std::string& commit) const;
};

}  // namespace zipflens
