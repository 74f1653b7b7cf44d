// Reads and writes the file list of a commit as huggingface_hub caches it: trees/COMMIT.json.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "zipflens/hub/hub_client.h"

namespace zipflens {

/// Returns the text of the note, in format_version 1 (`huggingface_hub._tree_cache` 2.4).
std::string FileListNote(const std::vector<RemoteFile>& files);

/// Returns the files of such a note, by name. Returns nullopt if the text has another format or
/// contains an unsafe name or digest.
std::optional<std::vector<RemoteFile>> ParseFileListNote(const std::string& text);

}  // namespace zipflens
