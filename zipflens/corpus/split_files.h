// SplitFiles: the files that hold the splits of a dataset that lies in a folder.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "zipflens/corpus/split_expression.h"

namespace zipflens {

/// An expression, and for each split it names the files with its rows, in order.
struct SplitFiles {
  SplitExpression expression;
  std::map<std::string, std::vector<std::filesystem::path>> files_of;
};

/// Finds the splits named among `candidates`, the corpus files of `folder` (in byte order), as
/// `datasets` lays datasets out. A split S is the first of these that there are:
///   1. its shards, S-00000-of-00041.parquet (and whatever lies between number and ending), in the
///      folder or in its subfolder data/; all of them must be there;
///   2. files S.parquet, or that begin with S and one of - . _ or space, in either folder;
///   3. all files in the subfolder S/ or data/S/.
/// Where nothing in the folder is called after a split (train, training, validation, valid, dev,
/// val, test, testing, eval, evaluation), train is all of it. Throws InputError: no such split
/// (listing what there is), shards missing or of two sets.
SplitFiles FindSplits(const std::filesystem::path& folder,
                      const std::vector<std::filesystem::path>& candidates,
                      const SplitExpression& expression);

/// For files and globs: their one split is train. Throws InputError where another is named.
SplitFiles SplitOfNamedFiles(const std::string& name,
                             const std::vector<std::filesystem::path>& files,
                             const SplitExpression& expression);

}  // namespace zipflens
