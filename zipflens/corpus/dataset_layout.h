// DatasetLayout: which files of a folder or of a repository of the hub are which split, as the
// `datasets` package (5.2) has it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "zipflens/corpus/split_expression.h"

namespace zipflens {

/// Where a data set's files lie: a folder here, or a repository of the hub.
class FileTree {
 public:
  virtual ~FileTree() = default;
  /// Paths, relative to the root, of all files below `folder` ("": all there are), in byte order.
  /// The reference stays valid as long as the tree.
  virtual const std::vector<std::string>& FilesBelow(const std::string& folder) = 0;
  /// What is in a file of the root; nullopt if there is none.
  virtual std::optional<std::string> Read(const std::string& name) = 0;
};

/// One split: the paths of its files, relative to the root, in reading order.
struct SplitPaths {
  std::string name;
  std::vector<std::string> files;
};

/// The splits of one configuration.
struct DatasetLayout {
  std::string source;              // for messages: the folder or the repository
  std::string config;              // "" where no card declares any
  std::size_t num_configs = 0;     // that the card declares
  std::string format;              // "parquet", "jsonl" or "text": of all files
  std::vector<SplitPaths> splits;  // in the order of `datasets`
};

/// Finds the splits of a data set.
///   1. A card (README.md, .huggingface.yaml) that declares `configs`: `config` is one of them, or
///      "" for the default one, and its data_files say which file is which split. A configuration
///      with a data_dir alone is laid out as in 2.
///   2. Without one `config` is a subfolder, or "". The first of these that any file matches:
///      data/SPLIT-00000-of-00041*.*; *.eval; task.toml; the words train, training, validation,
///      valid, dev, val, test, testing, eval, evaluation in a folder's name; the same in a file's
///      name; all files are train. A word ends where the name does or at one of "-._ ", a digit.
/// Only files with an ending that `datasets` knows are data, and of these, without a card, those of
/// the loader that most files need. Throws InputError: no such configuration, a card that is not
/// understood, no data, splits of two loaders, a loader that is not read here (csv, ...), an
/// archive.
DatasetLayout ResolveDataset(FileTree& tree, const std::string& source, const std::string& config);

/// The expression with "all" replaced by the sum of all splits, once its splits are known to be
/// usable. Throws InputError: no such split (listing those there are), a split without files or
/// that names a file twice (`datasets` reads it twice), a file that is in two of train, validation
/// and test, shards that are missing, of two sets, or, without a card, of several folders.
SplitExpression SelectSplits(const DatasetLayout& layout, const SplitExpression& expression);

}  // namespace zipflens
