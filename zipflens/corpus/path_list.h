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
  std::vector<std::string> notes = {};       // what was passed over, to be shown
};

/// "parquet", "jsonl" or "text" by the file name's ending (upper or lower case); empty if the
/// ending is not known.
std::string_view FormatOfFile(const std::filesystem::path& path);

/// Whether something here is meant: the name, or what is before one of its colons, exists or is a
/// glob that matches.
bool IsLocalCorpus(const std::string& name);

/// Takes the paths in the order given. A path that exists is taken as it is; else one with `*`, `?`
/// or `[` that matches is a glob (in glob(7)'s syntax), its matches in byte order; else what
/// follows a colon is a split of what is before it; "-", alone, is standard input. A folder without
/// a split stands for all files in it with a known ending (and of `format`, if that is given),
/// recursively, in byte order of their paths; left out are what `datasets` leaves out (names that
/// begin with a dot, folders that begin with "__", README.md, config.json, ...), links to folders,
/// and texts about data such as LICENSE.txt, unless there is nothing else; `notes` tell of those
/// that are not hidden. For a folder with a split see dataset_layout.h. `format` ("parquet",
/// "jsonl", "text", or empty) holds whatever the ending of a file named. Throws InputError: nothing
/// there, an unknown ending, a mix of formats, a file named twice (parts of it may be), a folder
/// that cannot be read, a format that is none, Parquet from standard
/// input.
PathList ExpandPaths(const std::vector<std::string>& paths, const std::string& format = {});

}  // namespace zipflens
