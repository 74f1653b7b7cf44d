// PathList: resolves what a user names (files, globs, folders, splits) to the files of one corpus.
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
  /// The meaning of one name: files in reading order, or a split of them.
  struct Item {
    std::vector<std::filesystem::path> files;  // used without a split
    std::optional<SplitFiles> split;
  };
  std::vector<Item> items;
  std::vector<std::filesystem::path> files;  // of all items in order, each once
  std::string format;                        // "parquet", "jsonl", "text"
  std::vector<std::string> notes = {};       // about skipped files, for the user
};

/// Returns "parquet", "jsonl" or "text" by the ending of the file name, ignoring case, or an empty
/// string if the ending is unknown.
std::string_view FormatOfFile(const std::filesystem::path& path);

/// Returns whether `name` is local: `name`, or its part before one of its colons, exists or is a
/// glob that matches something.
bool IsLocalCorpus(const std::string& name);

/// Resolves the paths in the order given. A path that exists is used as it is. Otherwise, a path
/// with `*`, `?` or `[` that matches something is a glob (in the syntax of glob(7)), with its
/// matches in byte order; one of more than 4,096 bytes matches nothing. Otherwise, the text after a
/// colon is a split of the text before it. "-", alone, is standard input. A folder without a split
/// stands for all files in it with a known ending (and of `format`, if that is not empty),
/// recursively, in byte order of their paths. Excluded are the files that `datasets` excludes
/// (names that begin with a dot, folders that begin with "__", README.md, config.json, ...), links
/// to folders and, unless there is nothing else, texts about data such as LICENSE.txt. `notes` name
/// the excluded files that are not hidden. dataset_layout.h says how a folder with a split is read.
/// `format` ("parquet", "jsonl", "text" or empty) overrides the ending of a named file. Throws
/// InputError if a path does not exist, an ending is unknown, formats are mixed, a file is named
/// twice (parts of one file may be), a folder cannot be read, `format` is unknown, or Parquet comes
/// from standard input.
PathList ExpandPaths(const std::vector<std::string>& paths, const std::string& format = {});

}  // namespace zipflens
