// SplitFiles: the files that hold the splits that an expression names.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "zipflens/corpus/folder_tree.h"
#include "zipflens/corpus/split_expression.h"

namespace zipflens {

/// An expression, and for each split it names the files with its rows, in order.
struct SplitFiles {
  SplitExpression expression;
  std::map<std::string, std::vector<std::filesystem::path>> files_of;
  std::string format = {};  // "parquet", "jsonl" or "text"; "" for files that were named
  std::vector<std::string> notes = {};  // what was passed over, to be shown
};

/// Finds the splits in a folder (see dataset_layout.h). Throws InputError as ResolveDataset and
/// SelectSplits do.
SplitFiles FindSplits(FolderTree& tree, const std::string& config,
                      const SplitExpression& expression);

/// For files and globs: their one split is train, and that is all. Throws InputError where another
/// is named.
SplitFiles SplitOfNamedFiles(const std::string& name,
                             const std::vector<std::filesystem::path>& files,
                             const SplitExpression& expression);

/// "PLACE: passed over 12 files (WHY): a, b, c and 9 more".
std::string PassedOverNote(const std::string& place, const std::string& why,
                           const std::vector<std::string>& files);

/// Whether a file's name is that of a text about data: README, LICENSE, COPYING, NOTICE and the
/// like, in upper or lower case, with any ending.
bool IsAboutData(std::string_view path);

}  // namespace zipflens
