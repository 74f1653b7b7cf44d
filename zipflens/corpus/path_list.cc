#include "zipflens/corpus/path_list.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kFormatOfEnding = {{
    {".parquet", "parquet"},
    {".jsonl", "jsonl"},
    {".ndjson", "jsonl"},
    {".txt", "text"},
}};
constexpr std::array<std::string_view, 3> kCompressedEndings = {".gz", ".zst", ".bz2"};
constexpr const char* kEndings =
    ".parquet, .jsonl, .ndjson or .txt (the last three also with .gz, .zst or .bz2)";

bool IsHidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

void SortByBytes(std::vector<fs::path>& files) {
  std::sort(files.begin(), files.end(),
            [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
}

// The corpus files of a folder, of `format` alone where it is not empty.
std::vector<fs::path> FilesOfFolder(const fs::path& folder, std::string_view format) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    const bool is_hidden = IsHidden(entry->path());
    if (is_hidden && entry->is_directory(error)) entry.disable_recursion_pending();
    const std::string_view found = FormatOfFile(entry->path());
    const bool is_wanted = !found.empty() && (format.empty() || found == format);
    if (!is_hidden && is_wanted && !entry->is_directory(error)) {
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
                      .found = format.empty() ? "no corpus file in this folder"
                                              : fmt::format("no {} file in this folder", format),
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

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(fs::status(path, error));
}

bool IsGlob(const std::string& path) { return path.find_first_of("*?[") != std::string::npos; }

[[noreturn]] void RefuseMissing(const std::string& path) {
  std::error_code error;
  const bool exists = fs::exists(path, error);
  ZIPFLENS_CHECK(!exists);
  throw InputError(
      {.source = path,
       .found = path.empty() ? "an empty name"
                             : fmt::format("\"{}\"", error ? error.message() : ErrnoText(ENOENT)),
       .expected = "a corpus file, glob or folder"});
}

// Files of what exists or matches, folders with what is in them.
std::vector<fs::path> FilesOf(const std::string& path, std::string_view format) {
  if (!Exists(path) && !IsGlob(path)) RefuseMissing(path);
  const std::vector<fs::path> named = Exists(path) ? std::vector<fs::path>{path} : MatchesOf(path);
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::path& found : named) {
    if (!fs::is_directory(found, error)) {
      files.push_back(found);
      continue;
    }
    const std::vector<fs::path> inside = FilesOfFolder(found, format);
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

SplitFiles FilesOfSplit(const CorpusName& name, std::string_view format) {
  std::error_code error;
  const fs::path folder =
      name.config.empty() ? fs::path(name.place) : fs::path(name.place) / name.config;
  if (!name.config.empty() || fs::is_directory(folder, error)) {
    return FindSplits(folder, FilesOf(folder.string(), format), *name.split);
  }
  return SplitOfNamedFiles(name.place, FilesOf(name.place, format), *name.split);
}

PathList::Item ItemOf(const std::string& path, std::string_view format) {
  if (Exists(path)) return {FilesOf(path, format), {}};
  const CorpusName name = ParseCorpusName(path);
  if (name.split) return {{}, FilesOfSplit(name, format)};
  return {FilesOf(path, format), {}};
}

std::string_view KnownFormat(const fs::path& file) {
  const std::string_view format = FormatOfFile(file);
  if (format.empty()) {
    const std::string ending = file.extension().string();
    throw InputError({.source = file.string(),
                      .found = ending.empty() ? "a name without an ending"
                                              : fmt::format("the ending \"{}\"", ending),
                      .expected = fmt::format("{}; or --format", kEndings)});
  }
  return format;
}

void RefuseMix(const PathList& list) {
  for (const fs::path& file : list.files) {
    const std::string_view format = KnownFormat(file);
    if (format == list.format) continue;
    throw InputError({.source = file.string(),
                      .found = fmt::format("{} beside {} ({})", format, list.format,
                                           list.files.front().string()),
                      .expected = "files of one format: name them, use a glob, or --format"});
  }
}

// The files of all items, each once. Within one split a file may serve two terms.
void CollectFiles(PathList& list) {
  std::set<fs::path> seen;
  for (const PathList::Item& item : list.items) {
    std::vector<fs::path> files = item.files;
    if (item.split) {
      for (const std::string& split : item.split->expression.SplitNames()) {
        const std::vector<fs::path>& more = item.split->files_of.at(split);
        files.insert(files.end(), more.begin(), more.end());
      }
    }
    for (const fs::path& file : files) {
      if (!seen.insert(fs::absolute(file).lexically_normal()).second) {
        throw InputError({.source = file.string(),
                          .found = "this file twice",
                          .expected = "every file of the corpus once"});
      }
      list.files.push_back(file);
    }
  }
}

PathList StandardInput(const std::vector<std::string>& paths, const std::string& format) {
  const auto refuse = [](const std::string& found, const std::string& expected) {
    throw InputError({.source = "corpus -", .found = found, .expected = expected});
  };
  if (paths.size() > 1) refuse("standard input beside files", "it alone");
  if (format.empty()) refuse("no --format", "--format jsonl or --format text");
  if (format == "parquet") {
    refuse("Parquet from standard input", "a file: Parquet is read from its end");
  }
  return {.items = {{{"-"}, {}}}, .files = {"-"}, .format = format};
}

}  // namespace

std::string_view FormatOfFile(const fs::path& path) {
  std::string name = path.filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  bool is_compressed = false;
  for (const std::string_view ending : kCompressedEndings) {
    if (is_compressed || !name.ends_with(ending)) continue;
    name.resize(name.size() - ending.size());
    is_compressed = true;
  }
  for (const auto& [ending, format] : kFormatOfEnding) {
    if (name.ends_with(ending) && !(is_compressed && format == "parquet")) return format;
  }
  return {};
}

PathList ExpandPaths(const std::vector<std::string>& paths, const std::string& format) {
  if (!format.empty() && format != "parquet" && format != "jsonl" && format != "text") {
    throw InputError({.source = "--format",
                      .found = fmt::format("\"{}\"", format),
                      .expected = "parquet, jsonl or text"});
  }
  if (paths.empty()) {
    throw InputError({.source = "corpus",
                      .found = "no file named",
                      .expected = "at least one file, glob or folder"});
  }
  if (std::find(paths.begin(), paths.end(), "-") != paths.end()) {
    return StandardInput(paths, format);
  }
  PathList list;
  for (const std::string& path : paths) list.items.push_back(ItemOf(path, format));
  CollectFiles(list);
  list.format = format.empty() ? KnownFormat(list.files.front()) : format;
  if (format.empty()) RefuseMix(list);
  return list;
}

}  // namespace zipflens
