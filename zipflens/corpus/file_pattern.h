// FilePattern: the file patterns of data set cards and of `datasets` itself, with the meaning that
// fsspec's glob gives them.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// The last part of a path: what follows its last '/', or all of it. A view of `path`.
std::string_view NameOf(std::string_view path);

/// A compiled pattern for paths that are relative to the pattern's folder. "*", "?", "[abc]",
/// "[!abc]" and "[a-z]" match characters of one folder's or file's name. A part "**" matches any
/// number of folders, including none; as the last part it matches everything below. Reference:
/// fsspec.utils.glob_translate, fsspec 2026.9.
class FilePattern {
 public:
  /// Throws InputError that names `source` if "**" is not a whole part, or if the pattern contains
  /// "..", is an absolute path or a URL, or is longer than 1,024 bytes.
  FilePattern(std::string_view pattern, const std::string& source);

  /// Returns whether the pattern matches the whole path and `datasets` does not exclude the path.
  /// `datasets` excludes names and folders that begin with '.' and folders that begin with "__",
  /// unless the pattern has such a part; and README.md and the package's own JSON files, unless the
  /// pattern ends with that name. Cost: O(|pattern| |path|).
  bool Matches(std::string_view path) const;

  /// The folder that contains all matches: the text before the last '/' that precedes the first
  /// wildcard, or "" for the root.
  const std::string& folder() const { return folder_; }
  /// Whether the pattern has a wildcard. A pattern without one is a path that must exist.
  bool has_wildcard() const { return has_wildcard_; }
  /// The pattern without "." parts and empty parts.
  const std::string& text() const { return text_; }

 private:
  struct Token {
    enum class Kind {
      kCharacter,   // one character
      kSet,         // one character of a set
      kAny,         // one character except '/'
      kStar,        // any number of characters except '/'
      kSegments,    // nothing, or characters followed by '/'
      kEverything,  // any characters
    };
    Kind kind = Kind::kCharacter;
    char character = 0;
    std::bitset<256> set = {};
  };

  void AddPart(std::string_view part);
  std::size_t AddSet(std::string_view part, std::size_t begin);
  bool MatchesTokens(std::string_view path) const;

  std::string text_;
  std::string folder_;
  std::string literal_;  // the longest literal text that every match contains
  std::vector<Token> tokens_;
  bool has_wildcard_ = false;
  std::size_t num_hidden_parts_ = 0;
  std::size_t num_special_folders_ = 0;
};

/// Returns whether `datasets` excludes a file of this path unless a pattern names it: a hidden
/// file, a file in a hidden or special folder, README.md, config.json and the like.
bool IsPassedOverByName(std::string_view path);

}  // namespace zipflens
