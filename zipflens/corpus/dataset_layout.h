// DatasetLayout: maps the files of a folder or of a hub repository to splits, as the `datasets`
// package (5.2) does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "zipflens/corpus/split_expression.h"

namespace zipflens {

/// The files of a data set: in a local folder, or in a repository of the hub.
class FileTree {
 public:
  virtual ~FileTree() = default;
  /// Returns the paths of all files below `folder` ("": the root), relative to the root, in byte
  /// order. The reference is valid as long as the tree.
  virtual const std::vector<std::string>& FilesBelow(const std::string& folder) = 0;
  /// Returns the content of a file in the root, or nullopt if there is no such file.
  virtual std::optional<std::string> Read(const std::string& name) = 0;
};

/// One split: the paths of its files, relative to the root, in reading order.
struct SplitPaths {
  std::string name;
  std::vector<std::string> files;
};

/// The splits of one configuration.
struct DatasetLayout {
  std::string source = {};              // the folder or repository, for messages
  std::string config = {};              // "" if no card declares configurations
  std::size_t num_configs = 0;          // declared by the card
  std::string format = {};              // "parquet", "jsonl" or "text"; all files have it
  std::vector<SplitPaths> splits = {};  // in the order that `datasets` gives them
};

/// Finds the splits of a data set.
///   1. If a card (README.md or .huggingface.yaml) declares `configs`, `config` names one of them,
///      or is "" for the default one. Its data_files list the files of each split. A configuration
///      that has only a data_dir is searched as in 2.
///   2. Without such a card, `config` names a subfolder, or is "" for the root. The first of these
///      rules that matches any file decides: data/SPLIT-00000-of-00041*.*; *.eval; task.toml; one
///      of the words train, training, validation, valid, dev, val, test, testing, eval, evaluation
///      in a folder's name; one of them in a file's name; all files belong to train. A word is
///      bounded by the ends of the name, by one of "-._ " or by a digit.
/// Only files whose ending `datasets` knows are data. Without a card, only those files count that
/// the most frequent loader reads. Throws InputError if the configuration does not exist, the card
/// is not understood, there is no data, splits need two loaders, a loader is not supported by
/// zipflens (csv, ...), or a file is an archive.
DatasetLayout ResolveDataset(FileTree& tree, const std::string& source, const std::string& config);

/// Checks the splits that `expression` names and returns it with "all" replaced by the sum of all
/// splits. Throws InputError if a split does not exist (the message lists all splits), has no files
/// or names a file twice (`datasets` would read it twice); if a file is in two of train, validation
/// and test; or if shards are missing, belong to two sets or, without a card, lie in several
/// folders.
SplitExpression SelectSplits(const DatasetLayout& layout, const SplitExpression& expression);

}  // namespace zipflens
