// What a user names: split expressions, paths and globs.
//
// Promise: a split gives ranges of rows that exist. Paths give files that exist, each once. Any
// text is understood or refused, whatever its length.
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "fuzz/fuzz_target.h"
#include "fuzz/input_bytes.h"
#include "fuzz/scratch_folder.h"
#include "zipflens/corpus/corpus_name.h"
#include "zipflens/corpus/file_pattern.h"
#include "zipflens/corpus/path_list.h"
#include "zipflens/corpus/split_expression.h"

namespace zipflens::fuzz {
namespace {

// Makes an empty file, if the name is one that stays within the folder.
void MakeFile(std::string_view name) {
  const bool is_safe = !name.empty() && name.size() < 200 && name.front() != '/' &&
                       name.back() != '/' && name.find("..") == std::string_view::npos &&
                       name.find('\0') == std::string_view::npos &&
                       std::count(name.begin(), name.end(), '/') < 5;
  if (!is_safe) return;
  std::error_code ignored;
  const auto path = Scratch().path() / "files" / name;
  std::filesystem::create_directories(path.parent_path(), ignored);
  if (std::filesystem::exists(path, ignored)) return;
  if (std::filesystem::is_directory(path.parent_path(), ignored)) {
    Scratch().Write("files/" + std::string(name), "");
  }
}

}  // namespace

// The first 8 bytes are the numbers of rows of the splits, the rest is the expression.
FUZZ_TARGET(split_expression) {
  InputBytes bytes(input);
  const std::uint64_t num_rows = bytes.Number(8);
  const std::string_view text = bytes.Rest();
  Accepts([&] { ParseCorpusName(std::string(text)); });
  const SplitExpression expression = SplitExpression::Parse(text);
  FUZZ_REQUIRE(expression.text() == text);
  FUZZ_REQUIRE(!expression.SplitNames().empty());
  for (const std::string& name : expression.SplitNames()) FUZZ_REQUIRE(IsSplitName(name));
  const auto ranges = expression.Resolve([&](const std::string&) { return num_rows; });
  FUZZ_REQUIRE(!ranges.empty());
  for (const SplitRange& range : ranges) {
    FUZZ_REQUIRE(range.rows.begin < range.rows.end && range.rows.end <= num_rows);
  }
}

// Parts: the names of files to make, line by line; the paths to resolve, line by line, below the
// folder of these files.
FUZZ_TARGET(path_list) {
  const auto parts = PartsOf(input.substr(0, 4096), 2);
  Scratch().Clear();
  std::filesystem::create_directories(Scratch().path() / "files");
  auto names = LinesOf(parts[0]);
  if (names.size() > 20) names.resize(20);
  for (const std::string_view name : names) MakeFile(name);
  std::vector<std::string> paths;
  for (const std::string_view line : LinesOf(parts[1])) {
    if (line.find("..") != std::string_view::npos) return;  // out of the folder
    // What has a NUL cannot be named on a command line.
    if (line.find('\0') != std::string_view::npos) return;
    paths.push_back((Scratch().path() / "files").string() + "/" + std::string(line));
  }
  const PathList list = ExpandPaths(paths);
  FUZZ_REQUIRE(!list.files.empty() && !list.format.empty());
  std::set<std::filesystem::path> distinct;
  for (const auto& file : list.files) {
    FUZZ_REQUIRE(std::filesystem::exists(file));
    FUZZ_REQUIRE(distinct.insert(file.lexically_normal()).second);
  }
}

// Parts: a pattern, a path. A pattern without wildcards matches itself, and one with "*" in place
// of a name matches wherever the name did.
FUZZ_TARGET(file_pattern) {
  const auto parts = PartsOf(input, 2);
  const FilePattern pattern(parts[0], "card");
  const bool matches = pattern.Matches(parts[1]);
  if (!pattern.has_wildcard()) FUZZ_REQUIRE(!matches || parts[1] == pattern.text());
  if (matches) FUZZ_REQUIRE(parts[1].starts_with(pattern.folder()));
  FUZZ_REQUIRE(FilePattern(pattern.text(), "card").text() == pattern.text());
}

}  // namespace zipflens::fuzz
