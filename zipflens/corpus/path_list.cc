#include "zipflens/corpus/path_list.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "zipflens/base/ascii_case.h"
#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/corpus/corpus_name.h"
#include "zipflens/corpus/dataset_layout.h"
#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/file_pattern.h"
#include "zipflens/corpus/folder_tree.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kFormatOfEnding = {{
    {".parquet", "parquet"},
    {".jsonl", "jsonl"},
    {".ndjson", "jsonl"},
    {".json", "jsonl"},
    {".txt", "text"},
}};
constexpr std::array<std::string_view, 3> kCompressedEndings = {".gz", ".zst", ".bz2"};
// Longer than any path (PATH_MAX). glob(3) calls itself for each part of a pattern.
constexpr std::size_t kLongestGlob = 4096;
constexpr const char* kEndings =
    ".parquet, .jsonl, .ndjson, .json or .txt (all but the first also with .gz, .zst or .bz2)";

void SortByBytes(std::vector<fs::path>& files) {
  std::sort(files.begin(), files.end(),
            [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
}

// Adds a note if a folder's splits or configurations are read together.
void NoteSplits(FolderTree& tree, std::vector<std::string>& notes) {
  const std::string name = tree.folder().string();
  try {
    const DatasetLayout layout = ResolveDataset(tree, name, "");
    if (layout.splits.size() < 2 && layout.num_configs < 2) return;
    std::vector<std::string> splits;
    for (const SplitPaths& split : layout.splits) splits.push_back(split.name);
    const std::string configs =
        layout.num_configs == 0
            ? ""
            : fmt::format(" and the {} configurations of its card", layout.num_configs);
    notes.push_back(
        fmt::format("{}: all files are read, whatever their split ({}){}; {}:{} reads "
                    "one split",
                    name, ListNames(splits), configs, name, splits.front()));
  } catch (const InputError&) {
    return;  // It is read as a set of files and needs no splits.
  }
}

// Returns the corpus files of a folder; only those of `format`, if it is not empty.
std::vector<fs::path> FilesOfFolder(const fs::path& folder, std::string_view format,
                                    std::vector<std::string>& notes) {
  FolderTree tree(folder);
  std::vector<std::string> wanted;
  std::vector<std::string> about;
  std::vector<std::string> others;
  for (const std::string& file : tree.FilesBelow("")) {
    if (IsPassedOverByName(file)) continue;
    const std::string_view found = FormatOfFile(file);
    if (found.empty() || (!format.empty() && found != format)) {
      others.push_back(file);
    } else {
      (found == "text" && IsAboutData(file) ? about : wanted).push_back(file);
    }
  }
  if (wanted.empty()) wanted.swap(about);
  if (wanted.empty()) {
    const std::string what = format.empty() ? "corpus" : std::string(format);
    throw InputError({.source = folder.string(),
                      .found = others.empty() ? fmt::format("no {} file in this folder", what)
                                              : fmt::format("no {} file in this folder, but {}",
                                                            what, others.front()),
                      .expected = fmt::format("files that end in {}", kEndings)});
  }
  const std::string name = folder.string();
  if (!others.empty()) notes.push_back(PassedOverNote(name, "no corpus by their ending", others));
  if (!about.empty()) notes.push_back(PassedOverNote(name, "texts about the data", about));
  if (!tree.linked_folders().empty()) {
    notes.push_back(PassedOverNote(name, "links to folders", tree.linked_folders()));
  }
  NoteSplits(tree, notes);
  std::vector<fs::path> files;
  files.reserve(wanted.size());
  for (const std::string& file : wanted) files.push_back(tree.PathOf(file));
  return files;
}

struct GlobResult {
  int status = 0;               // of ::glob
  std::vector<fs::path> files;  // in no order
};

GlobResult Glob(const std::string& pattern, int flags) {
  if (pattern.size() > kLongestGlob) return {GLOB_NOMATCH, {}};
  glob_t matches = {};
  const int status = ::glob(pattern.c_str(), GLOB_NOSORT | flags, nullptr, &matches);
  const std::unique_ptr<glob_t, decltype(&::globfree)> owner(&matches, &::globfree);
  if (status != 0) return {status, {}};
  return {status, {matches.gl_pathv, matches.gl_pathv + matches.gl_pathc}};
}

std::vector<fs::path> MatchesOf(const std::string& pattern) {
  if (pattern.find("**") != std::string::npos) {
    throw InputError({.source = pattern,
                      .found = "**",
                      .expected = "a glob with *, ? or [...], or a folder, which is read with all "
                                  "the folders in it"});
  }
  auto [status, files] = Glob(pattern, GLOB_ERR);
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
  SortByBytes(files);
  return files;
}

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(fs::status(path, error));
}

bool IsGlob(const std::string& path) { return path.find_first_of("*?[") != std::string::npos; }

bool ExistsOrMatches(const std::string& path) {
  if (Exists(path)) return true;
  const bool is_glob = IsGlob(path) && path.find("**") == std::string::npos;
  return is_glob && Glob(path, 0).status == 0;
}

// Returns the positions of colons outside brackets, from the last to the first.
std::vector<std::size_t> ColonsOf(const std::string& name) {
  std::vector<std::size_t> colons;
  int depth = 0;
  for (std::size_t i = name.size(); i-- > 0;) {
    if (name[i] == ']') ++depth;
    if (name[i] == '[') --depth;
    if (name[i] == ':' && depth == 0) colons.push_back(i);
  }
  return colons;
}

// Splits `name` into its longest prefix that exists here and a split after it. The prefix may
// itself contain colons.
CorpusName TakeApart(const std::string& name) {
  const std::vector<std::size_t> colons = ColonsOf(name);
  for (std::size_t i = 0; i < std::min<std::size_t>(colons.size(), 2); ++i) {
    const std::string place = name.substr(0, colons[i]);
    if (!ExistsOrMatches(place)) continue;
    CorpusName found = ParseCorpusName("place" + name.substr(colons[i]));
    found.place = place;
    return found;
  }
  return ParseCorpusName(name);
}

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

// Returns the files of a path that exists or of a glob that matches; a folder gives the files in
// it.
std::vector<fs::path> FilesOf(const std::string& path, std::string_view format,
                              std::vector<std::string>& notes) {
  if (!Exists(path) && !IsGlob(path)) RefuseMissing(path);
  const std::vector<fs::path> named = Exists(path) ? std::vector<fs::path>{path} : MatchesOf(path);
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::path& found : named) {
    if (!fs::is_directory(found, error)) {
      files.push_back(found);
      continue;
    }
    const std::vector<fs::path> inside = FilesOfFolder(found, format, notes);
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

SplitFiles FilesOfSplit(const CorpusName& name, std::string_view format,
                        std::vector<std::string>& notes) {
  std::error_code error;
  if (!fs::is_directory(name.place, error)) {
    if (!name.config.empty() && !ExistsOrMatches(name.place)) RefuseMissing(name.place);
    if (!name.config.empty()) {
      throw InputError({.source = name.place,
                        .found = fmt::format("the configuration {} of a file", name.config),
                        .expected = "a folder"});
    }
    return SplitOfNamedFiles(name.place, FilesOf(name.place, format, notes), *name.split);
  }
  FolderTree tree(name.place);
  SplitFiles split = FindSplits(tree, name.config, *name.split);
  if (!format.empty() && format != split.format) {
    throw InputError({.source = name.place,
                      .found = fmt::format("a data set of {} files", split.format),
                      .expected = fmt::format("{}, since --format says so", format)});
  }
  notes.insert(notes.end(), split.notes.begin(), split.notes.end());
  return split;
}

PathList::Item ItemOf(const std::string& path, std::string_view format,
                      std::vector<std::string>& notes) {
  if (ExistsOrMatches(path)) return {FilesOf(path, format, notes), {}};
  const CorpusName name = TakeApart(path);
  if (name.split) return {{}, FilesOfSplit(name, format, notes)};
  return {FilesOf(path, format, notes), {}};
}

std::string_view KnownFormat(const fs::path& file) {
  const std::string_view format = FormatOfFile(file);
  if (format.empty()) {
    const std::string ending = file.extension().string();
    throw InputError({.source = file.string(),
                      .found = ending.empty() ? "a name without an ending"
                                              : fmt::format("the ending \"{}\"", ending),
                      .expected = fmt::format("{}; or `format`", kEndings)});
  }
  return format;
}

std::string FormatOfItem(const PathList::Item& item, const fs::path& file) {
  if (item.split && !item.split->format.empty()) return item.split->format;
  return std::string(KnownFormat(file));
}

bool IsPartOfFile(const PathList::Item& item) {
  if (!item.split) return false;
  const std::vector<SplitTerm>& terms = item.split->expression.terms();
  return std::all_of(terms.begin(), terms.end(),
                     [](const SplitTerm& term) { return term.from || term.to; });
}

// Returns the files of one item, each once: two terms, or two splits of a card, may share a file.
std::vector<fs::path> FilesOfItem(const PathList::Item& item) {
  std::vector<fs::path> files = item.files;
  if (!item.split) return files;
  std::set<fs::path> taken;
  for (const std::string& split : item.split->expression.SplitNames()) {
    for (const fs::path& file : item.split->files_of.at(split)) {
      if (taken.insert(file).second) files.push_back(file);
    }
  }
  return files;
}

// Collects the files of all items, each once, and checks that they have one format.
void CollectFiles(const std::string& format, PathList& list) {
  std::map<fs::path, bool> was_part;
  list.format = format;
  for (const PathList::Item& item : list.items) {
    const bool is_part = IsPartOfFile(item);
    for (const fs::path& file : FilesOfItem(item)) {
      const std::string found = format.empty() ? FormatOfItem(item, file) : format;
      if (list.format.empty()) list.format = found;
      if (found != list.format) {
        throw InputError({.source = file.string(),
                          .found = fmt::format("{} beside {} ({})", found, list.format,
                                               list.files.front().string()),
                          .expected = "files of one format: name them, use a glob, or --format"});
      }
      const auto [known, is_new] = was_part.emplace(fs::absolute(file).lexically_normal(), is_part);
      if (is_new) {
        list.files.push_back(file);
      } else if (!is_part || !known->second) {
        throw InputError({.source = file.string(),
                          .found = "this file twice",
                          .expected = "every file of the corpus once"});
      }
    }
  }
}

PathList StandardInput(const std::vector<std::string>& paths, const std::string& format) {
  const auto refuse = [](const std::string& found, const std::string& expected) {
    throw InputError({.source = "corpus -", .found = found, .expected = expected});
  };
  if (paths.size() > 1) refuse("standard input beside files", "it alone");
  if (format.empty()) refuse("no `format`", "`format` = jsonl or `format` = text");
  if (format == "parquet") {
    refuse("Parquet from standard input", "a file: Parquet is read from its end");
  }
  return {.items = {{{"-"}, {}}}, .files = {"-"}, .format = format};
}

}  // namespace

std::string_view FormatOfFile(const fs::path& path) {
  std::string name = AsciiLower(path.filename().string());
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
    throw InputError({.source = "`format`",
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
  for (const std::string& path : paths) list.items.push_back(ItemOf(path, format, list.notes));
  CollectFiles(format, list);
  return list;
}

bool IsLocalCorpus(const std::string& name) {
  if (ExistsOrMatches(name)) return true;
  const std::vector<std::size_t> colons = ColonsOf(name);
  return std::any_of(colons.begin(), colons.end(), [&](std::size_t colon) {
    return colon > 0 && ExistsOrMatches(name.substr(0, colon));
  });
}

}  // namespace zipflens
