// Recognizes kinds of data files by their endings, as the `datasets` package (5.2) does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// Returns whether `datasets` treats a file of this name as data: it knows one of the endings after
/// the first '.'. The comparison is case-sensitive.
bool IsDataFileName(std::string_view path);

/// Returns the loader that `datasets` infers for the files of a split: the loader of the most
/// frequent ending (every part of a name after a '.' counts as an ending). Ties go to .parquet,
/// .arrow, .jsonl, .json and .csv, in this order. Returns "zip" for archives, and an empty string
/// if no ending is known. Reference: datasets.load.infer_module_for_data_files_list.
std::string InferLoader(const std::vector<std::string>& paths);

/// Returns whether a path remains when the files of a split are filtered to those of `loader`.
/// Reference: datasets.data_files.DataFilesList.filter.
bool IsOfLoader(std::string_view path, std::string_view loader);

/// Returns "jsonl", "parquet" or "text" for the loaders json, parquet and text, and an empty string
/// for any other loader.
std::string_view FormatOfLoader(std::string_view loader);

/// Returns whether `path` has the ending of a compressed file or archive that zipflens does not
/// read, such as .xz.
bool IsUnreadCompression(std::string_view path);

}  // namespace zipflens
