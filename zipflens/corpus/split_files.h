// SplitFiles: the files of the splits that an expression names.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "zipflens/corpus/folder_tree.h"
#include "zipflens/corpus/split_expression.h"

namespace zipflens {

/// An expression, and the files, in order, of each split that it names.
struct SplitFiles {
  SplitExpression expression;
  std::map<std::string, std::vector<std::filesystem::path>> files_of;
  std::string format = {};  // "parquet", "jsonl" or "text"; "" if the user named the files
  std::vector<std::string> notes = {};  // about skipped files, for the user
};

/// Finds the splits of `expression` in a folder (see dataset_layout.h). Throws InputError as
/// ResolveDataset and SelectSplits do.
SplitFiles FindSplits(FolderTree& tree, const std::string& config,
                      const SplitExpression& expression);

/// Returns the splits of named files and globs, whose only split is "train". Throws InputError if
/// the expression names another split.
SplitFiles SplitOfNamedFiles(const std::string& name,
                             const std::vector<std::filesystem::path>& files,
                             const SplitExpression& expression);

/// Returns a note such as "PLACE: passed over 12 files (WHY): a, b, c, d, e and 7 more".
std::string PassedOverNote(const std::string& place, const std::string& why,
                           const std::vector<std::string>& files);

/// Returns whether a file's name is that of a text about data: README, LICENSE, COPYING, NOTICE and
/// the like, in any case and with any ending.
bool IsAboutData(std::string_view path);

}  // namespace zipflens
