#include "zipflens/corpus/file_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

constexpr std::string_view kWildcards = "*?[";
// datasets.data_files.FILES_TO_IGNORE.
constexpr std::array<std::string_view, 6> kIgnoredNames = {
    "README.md",          "config.json",    "dataset_info.json",
    "dataset_infos.json", "dummy_data.zip", "dataset_dict.json"};

std::vector<std::string_view> PartsOf(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.push_back(part);
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

// Returns the number of files and folders in the path whose names begin with a dot.
std::size_t NumHiddenParts(std::string_view path) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (path[at] == '.' && (at == 0 || path[at - 1] == '/')) ++count;
  }
  return count;
}

// Returns the number of folders in the path that begin with "__".
std::size_t NumSpecialFolders(std::string_view path) {
  std::size_t count = 0;
  path = path.substr(0, path.size() - NameOf(path).size());
  for (std::size_t at = path.find("__"); at != std::string_view::npos;
       at = path.find("__", at + 1)) {
    if (at == 0 || path[at - 1] == '/') ++count;
  }
  return count;
}

bool IsContinuation(char c) { return (ByteOf(c) & 0xC0) == 0x80; }

bool IsIgnoredName(std::string_view name) {
  return std::find(kIgnoredNames.begin(), kIgnoredNames.end(), name) != kIgnoredNames.end();
}

}  // namespace

std::string_view NameOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

FilePattern::FilePattern(std::string_view pattern, const std::string& source) {
  constexpr std::size_t kLongest = 1024;
  const auto refuse = [&](const std::string& expected) {
    throw InputError({.source = source,
                      .found = fmt::format("the pattern \"{}\"", pattern.substr(0, kLongest)),
                      .expected = expected});
  };
  if (pattern.size() > kLongest) refuse("at most 1,024 bytes");
  if (pattern.starts_with('/') || pattern.find("://") != std::string_view::npos ||
      pattern.find("::") != std::string_view::npos) {
    refuse("a path within the data set");
  }
  const std::vector<std::string_view> parts = PartsOf(pattern);
  for (std::size_t part_idx = 0; part_idx < parts.size(); ++part_idx) {
    const std::string_view part = parts[part_idx];
    if (part == "..") refuse("a path without \"..\"");
    if (part != "**" && part.find("**") != std::string_view::npos) {
      refuse("\"**\" as a whole part of a path, such as data/**/*.parquet");
    }
    const bool is_last = part_idx + 1 == parts.size();
    text_ += part;
    if (part == "**") {
      tokens_.push_back({.kind = is_last ? Token::Kind::kEverything : Token::Kind::kSegments});
    } else {
      AddPart(part);
      if (!is_last) tokens_.push_back({.kind = Token::Kind::kCharacter, .character = '/'});
    }
    if (!is_last) text_ += '/';
  }
  const std::string fixed = text_.substr(0, text_.find_first_of(kWildcards));
  has_wildcard_ = fixed.size() < text_.size();
  const std::size_t slash = fixed.rfind('/');
  folder_ = slash == std::string::npos ? "" : fixed.substr(0, slash);
  num_hidden_parts_ = NumHiddenParts(text_);
  num_special_folders_ = NumSpecialFolders(text_);
  std::string literal;
  for (const Token& token : tokens_) {
    if (token.kind == Token::Kind::kCharacter) {
      literal += token.character;
    } else {
      literal.clear();
    }
    if (literal.size() > literal_.size()) literal_ = literal;
  }
}

void FilePattern::AddPart(std::string_view part) {
  if (part == "*") {  // A whole part "*" matches a name of at least one character.
    tokens_.push_back({.kind = Token::Kind::kAny});
    tokens_.push_back({.kind = Token::Kind::kStar});
    return;
  }
  for (std::size_t at = 0; at < part.size();) {
    const char c = part[at];
    if (c == '[') {
      at = AddSet(part, at);
      continue;
    }
    ++at;
    if (c == '*') {
      tokens_.push_back({.kind = Token::Kind::kStar});
    } else if (c == '?') {
      tokens_.push_back({.kind = Token::Kind::kAny});
    } else {
      tokens_.push_back({.kind = Token::Kind::kCharacter, .character = c});
    }
  }
}

// Adds the set that begins at `begin`, or a literal bracket if nothing closes it. Returns its
// exclusive end.
std::size_t FilePattern::AddSet(std::string_view part, std::size_t begin) {
  std::size_t end = begin + 1;
  if (end < part.size() && part[end] == '!') ++end;
  if (end < part.size() && part[end] == ']') ++end;
  end = part.find(']', end);
  if (end == std::string_view::npos) {
    tokens_.push_back({.kind = Token::Kind::kCharacter, .character = '['});
    return begin + 1;
  }
  std::string_view inside = part.substr(begin + 1, end - begin - 1);
  const bool negated = inside.starts_with('!');
  if (negated) inside.remove_prefix(1);
  Token token = {.kind = Token::Kind::kSet};
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const unsigned char first = ByteOf(inside[i]);
    const bool is_range = i + 2 < inside.size() && inside[i + 1] == '-';
    const auto last = is_range ? ByteOf(inside[i + 2]) : first;
    for (std::size_t c = first; c <= last; ++c) token.set.set(c);
    if (is_range) i += 2;
  }
  if (negated) token.set.flip();  // this includes '/', as in fsspec
  tokens_.push_back(token);
  return end + 1;
}

bool FilePattern::Matches(std::string_view path) const {
  if (path.find(literal_) == std::string_view::npos) return false;
  if (NumHiddenParts(path) != num_hidden_parts_) return false;
  if (NumSpecialFolders(path) != num_special_folders_) return false;
  const std::string_view name = NameOf(path);
  if (IsIgnoredName(name) && name != NameOf(text_)) return false;
  return has_wildcard_ ? MatchesTokens(path) : path == text_;
}

// Simulates all paths through the pattern at once: reached[t] says whether the tokens before t
// match the characters read so far.
bool FilePattern::MatchesTokens(std::string_view path) const {
  const std::size_t num_tokens = tokens_.size();
  std::vector<char> reached(num_tokens + 1, 0);
  std::vector<char> next(num_tokens + 1, 0);
  // inside[t]: the segments of token t have begun, and their last '/' has not been read yet.
  std::vector<char> inside(num_tokens, 0);
  reached[0] = 1;
  const auto skip_empty = [&](std::vector<char>& states) {
    for (std::size_t t = 0; t < num_tokens; ++t) {
      const bool may_be_empty = tokens_[t].kind == Token::Kind::kStar ||
                                tokens_[t].kind == Token::Kind::kSegments ||
                                tokens_[t].kind == Token::Kind::kEverything;
      if (states[t] != 0 && may_be_empty) states[t + 1] = 1;
    }
  };
  skip_empty(reached);
  for (const char c : path) {
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t t = 0; t < num_tokens; ++t) {
      const Token& token = tokens_[t];
      if (token.kind == Token::Kind::kSegments) {
        if (inside[t] != 0 && c == '/') next[t + 1] = 1;  // `.+/` needs a character before '/'
        inside[t] |= reached[t];
        continue;
      }
      const bool is_one = token.kind == Token::Kind::kAny || token.kind == Token::Kind::kSet;
      if (is_one && IsContinuation(c)) {
        next[t + 1] |= reached[t + 1];  // later bytes of a code point that it matched
        continue;
      }
      if (reached[t] == 0) continue;
      switch (token.kind) {
        case Token::Kind::kCharacter:
          next[t + 1] |= static_cast<char>(c == token.character);
          break;
        case Token::Kind::kSet:
          next[t + 1] |= static_cast<char>(token.set.test(ByteOf(c)));
          break;
        case Token::Kind::kAny:
          next[t + 1] |= static_cast<char>(c != '/');
          break;
        case Token::Kind::kStar:
          next[t] |= static_cast<char>(c != '/');
          break;
        default:
          next[t] = 1;
      }
    }
    skip_empty(next);
    reached.swap(next);
  }
  return reached[num_tokens] != 0;
}

bool IsPassedOverByName(std::string_view path) {
  return NumHiddenParts(path) > 0 || NumSpecialFolders(path) > 0 || IsIgnoredName(NameOf(path));
}

}  // namespace zipflens
