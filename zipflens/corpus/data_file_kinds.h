// Kinds of data files by their endings, as the `datasets` package (5.2) tells them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// Whether `datasets` takes a file of this name for data: one of the endings that follow the first
/// '.' is known to it. Upper and lower case differ.
bool IsDataFileName(std::string_view path);

/// The loader that `datasets` infers for the files of a split: that of the ending that most files
/// have (every part of a name after a '.' is one); in a draw .parquet, .arrow, .jsonl, .json, .csv
/// go first in this order. "zip" for archives; empty if no ending is known.
/// Reference: datasets.load.infer_module_for_data_files_list.
std::string InferLoader(const std::vector<std::string>& paths);

/// Whether a path is left when the files of a split are reduced to those of `loader`.
/// Reference: datasets.data_files.DataFilesList.filter.
bool IsOfLoader(std::string_view path, std::string_view loader);

/// "jsonl", "parquet" or "text" for the loaders json, parquet and text; empty for any other.
std::string_view FormatOfLoader(std::string_view loader);

/// Whether `path` ends like a compressed file or an archive that is not read here, such as .xz.
bool IsUnreadCompression(std::string_view path);

}  // namespace zipflens
