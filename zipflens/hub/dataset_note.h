// What is remembered of a data set's commit beside what huggingface_hub remembers: lists of
// folders, rows of files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/hub/hub_cache.h"
#include "zipflens/hub/hub_client.h"

namespace zipflens {

/// CACHE/datasets--org--name/zipflens/COMMIT.json. A value; Load and Store are whole or not at all.
struct DatasetNote {
  std::map<std::string, std::vector<RemoteFile>>
      files_of_folder;  // "": the root, without what is below
  std::map<std::string, std::uint64_t> rows_of_file;

  /// Empty where there is none, or one of another form.
  static DatasetNote Load(const HubCache& cache, const Repo& repo, const std::string& commit);
  /// Adds to what is there; under the lock of the note.
  void Store(const HubCache& cache, const Repo& repo, const std::string& commit) const;
};

}  // namespace zipflens
