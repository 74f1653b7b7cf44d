// PathList: from what a user names (files, globs, folders) to the files of one corpus.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// The files of a corpus in reading order, all of one format.
struct PathList {
  std::vector<std::filesystem::path> files;
  std::string format;  // "parquet", "jsonl", "text"
};

/// "parquet", "jsonl" or "text" by the file name's ending (upper or lower case); empty if the
/// ending is not known.
std::string_view FormatOfFile(const std::filesystem::path& path);

/// Takes the paths in the order given. A path that exists is taken as it is; else one with `*`, `?`
/// or `[` is a glob (in glob(7)'s syntax), its matches in byte order. A folder stands for the files
/// in it with a known ending, recursively, in byte order of their paths; names that begin with a
/// dot are passed over, as are links to folders. Throws InputError: nothing there, an unknown
/// ending, a mix of formats, a file named twice, a folder that cannot be read.
PathList ExpandPaths(const std::vector<std::string>& paths);

}  // namespace zipflens
