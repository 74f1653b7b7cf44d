// FilePattern: the file patterns of data set cards and of `datasets` itself, as fsspec's glob reads
// them.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// A compiled pattern, for paths relative to the folder it is written for. "*", "?" and "[abc]",
/// "[!abc]", "[a-z]" stand for characters of one folder's or file's name; a part "**" stands for
/// any number of folders, also none, and as the last part for everything below. A value.
/// Reference: fsspec.utils.glob_translate, fsspec 2026.9.
class FilePattern {
 public:
  /// Throws InputError naming `source`: "**" as less than a whole part, "..", an absolute path, an
  /// address, more than 1,024 bytes.
  FilePattern(std::string_view pattern, const std::string& source);

  /// Whether the pattern stands for the whole path, and the path is none that `datasets` leaves
  /// out: a name or folder that begins with '.', a folder that begins with "__", where the pattern
  /// has no such part; README.md and the package's own JSON files, where the pattern does not end
  /// in that very name. O(|pattern| |path|).
  bool Matches(std::string_view path) const;

  /// The folder that all matches are in: what is before the last '/' in front of the first
  /// wildcard; "" for the root.
  const std::string& folder() const { return folder_; }
  /// Whether there is a wildcard; a pattern without one is a path that must be there.
  bool has_wildcard() const { return has_wildcard_; }
  /// Without parts "." and empty parts.
  const std::string& text() const { return text_; }

 private:
  struct Token {
    enum class Kind {
      kCharacter,   // one character
      kSet,         // one character of a set
      kAny,         // one character but '/'
      kStar,        // characters but '/'
      kSegments,    // nothing, or characters and then '/'
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
  std::string literal_;  // the longest text that every match contains
  std::vector<Token> tokens_;
  bool has_wildcard_ = false;
  std::size_t num_hidden_parts_ = 0;
  std::size_t num_special_folders_ = 0;
};

/// Whether `datasets` leaves a file of this path out unless a pattern asks for it by name: hidden,
/// in a hidden or special folder, README.md, config.json and the like.
bool IsPassedOverByName(std::string_view path);

}  // namespace zipflens
