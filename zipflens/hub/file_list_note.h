// The list of a commit's files as huggingface_hub remembers it in the cache: trees/COMMIT.json.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "zipflens/hub/hub_client.h"

namespace zipflens {

/// The note's text, of format_version 1 (`huggingface_hub._tree_cache` 2.4).
std::string FileListNote(const std::vector<RemoteFile>& files);

/// The files of such a note, by name; nothing where the text is of another form or has a name or
/// digest that is not safe.
std::optional<std::vector<RemoteFile>> ParseFileListNote(const std::string& text);

}  // namespace zipflens
