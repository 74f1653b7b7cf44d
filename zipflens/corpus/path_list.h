// PathList: from what a user names (files, globs, folders, splits) to the files of one corpus.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/corpus/split_files.h"

namespace zipflens {

/// The files of a corpus, all of one format.
struct PathList {
  /// What one of the names stands for: files in reading order, or a split of them.
  struct Item {
    std::vector<std::filesystem::path> files;  // without a split
    std::optional<SplitFiles> split;
  };
  std::vector<Item> items;
  std::vector<std::filesystem::path> files;  // each once: of all items in order
  std::string format;                        // "parquet", "jsonl", "text"
};

/// "parquet", "jsonl" or "text" by the file name's ending (upper or lower case); empty if the
/// ending is not known.
std::string_view FormatOfFile(const std::filesystem::path& path);

/// Takes the paths in the order given. A path that exists is taken as it is; else one with a split
/// is that split; else one with `*`, `?` or `[` is a glob (in glob(7)'s syntax), its matches in
/// byte order; "-", alone, is standard input. A folder stands for the files in it with a known
/// ending (and of `format`, where it is given), recursively, in byte order of their paths; names
/// that begin with a dot are passed over, as are links to folders. `format` ("parquet", "jsonl",
/// "text", or empty) holds whatever the ending of a file named. Throws InputError: nothing there,
/// an unknown ending, a mix of formats, a file named twice, a folder that cannot be read, a format
/// that is none, Parquet from standard input.
PathList ExpandPaths(const std::vector<std::string>& paths, const std::string& format = {});

}  // namespace zipflens
