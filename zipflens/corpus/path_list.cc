#include "zipflens/corpus/path_list.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>
#include <utility>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kFormatOfEnding = {{
    {".parquet", "parquet"},
    {".jsonl", "jsonl"},
    {".ndjson", "jsonl"},
    {".jsonl.gz", "jsonl"},
    {".ndjson.gz", "jsonl"},
    {".jsonl.zst", "jsonl"},
    {".ndjson.zst", "jsonl"},
    {".txt", "text"},
    {".txt.gz", "text"},
    {".txt.zst", "text"},
}};
constexpr const char* kEndings =
    ".parquet, .jsonl, .ndjson or .txt (the last three also with .gz or .zst)";

bool IsHidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

void SortByBytes(std::vector<fs::path>& files) {
  std::sort(files.begin(), files.end(),
            [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
}

std::vector<fs::path> FilesOfFolder(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    const bool is_hidden = IsHidden(entry->path());
    if (is_hidden && entry->is_directory(error)) entry.disable_recursion_pending();
    if (!is_hidden && !FormatOfFile(entry->path()).empty() && !entry->is_directory(error)) {
      files.push_back(entry->path());
    }
    entry.increment(error);
  }
  if (error) {
    throw InputError({.source = folder.string(),
                      .found = fmt::format("\"{}\"", error.message()),
                      .expected = "a readable folder"});
  }
  if (files.empty()) {
    throw InputError({.source = folder.string(),
                      .found = "no corpus file in this folder",
                      .expected = fmt::format("files that end in {}", kEndings)});
  }
  SortByBytes(files);
  return files;
}

std::vector<fs::path> MatchesOf(const std::string& pattern) {
  if (pattern.find("**") != std::string::npos) {
    throw InputError({.source = pattern,
                      .found = "**",
                      .expected = "a glob with *, ? or [...], or a folder, which is read with all "
                                  "the folders in it"});
  }
  glob_t matches = {};
  const int status = ::glob(pattern.c_str(), GLOB_NOSORT | GLOB_ERR, nullptr, &matches);
  const std::unique_ptr<glob_t, decltype(&::globfree)> owner(&matches, &::globfree);
  if (status == GLOB_NOMATCH) {
    throw InputError({.source = pattern,
                      .found = "no file that matches",
                      .expected = "at least one corpus file"});
  }
  if (status != 0) {
    throw InputError({.source = pattern,
                      .found = fmt::format("\"{}\"", ErrnoText(errno)),
                      .expected = "folders that can be read"});
  }
  std::vector<fs::path> files(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
  SortByBytes(files);
  return files;
}

// A named path as files and folders that exist.
std::vector<fs::path> Resolve(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status)) return {path};
  if (path.find_first_of("*?[") != std::string::npos) return MatchesOf(path);
  throw InputError(
      {.source = path,
       .found = path.empty() ? "an empty name"
                             : fmt::format("\"{}\"", error ? error.message() : ErrnoText(ENOENT)),
       .expected = "a corpus file, glob or folder"});
}

std::string_view KnownFormat(const fs::path& file) {
  const std::string_view format = FormatOfFile(file);
  if (format.empty()) {
    const std::string ending = file.extension().string();
    throw InputError({.source = file.string(),
                      .found = ending.empty() ? "a name without an ending"
                                              : fmt::format("the ending \"{}\"", ending),
                      .expected = fmt::format("{}", kEndings)});
  }
  return format;
}

void RefuseMixAndRepetition(const PathList& list) {
  std::set<fs::path> seen;
  for (const fs::path& file : list.files) {
    const std::string_view format = KnownFormat(file);
    if (format != list.format) {
      throw InputError({.source = file.string(),
                        .found = fmt::format("{} beside {} ({})", format, list.format,
                                             list.files.front().string()),
                        .expected = "files of one format: name them, or use a glob"});
    }
    if (!seen.insert(fs::absolute(file).lexically_normal()).second) {
      throw InputError({.source = file.string(),
                        .found = "this file twice",
                        .expected = "every file of the corpus once"});
    }
  }
}

}  // namespace

std::string_view FormatOfFile(const fs::path& path) {
  std::string name = path.filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  for (const auto& [ending, format] : kFormatOfEnding) {
    if (name.ends_with(ending)) return format;
  }
  return {};
}

PathList ExpandPaths(const std::vector<std::string>& paths) {
  PathList list;
  for (const std::string& path : paths) {
    for (const fs::path& found : Resolve(path)) {
      std::error_code error;
      if (fs::is_directory(found, error)) {
        const std::vector<fs::path> files = FilesOfFolder(found);
        list.files.insert(list.files.end(), files.begin(), files.end());
      } else {
        list.files.push_back(found);
      }
    }
  }
  if (list.files.empty()) {
    throw InputError({.source = "corpus",
                      .found = "no file named",
                      .expected = "at least one file, glob or folder"});
  }
  list.format = KnownFormat(list.files.front());
  RefuseMixAndRepetition(list);
  return list;
}

}  // namespace zipflens
