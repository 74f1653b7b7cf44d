#include "zipflens/hub/file_pattern.h"

#include <vector>

namespace zipflens {
namespace {

constexpr std::string_view kWildcards = "*?[";

// The end of the bracket expression that begins at `at`, behind its ']'; npos where it has none.
std::size_t BracketEnd(std::string_view pattern, std::size_t at) {
  std::size_t end = at + 1;
  if (end < pattern.size() && pattern[end] == '!') ++end;
  if (end < pattern.size() && pattern[end] == ']') ++end;
  end = pattern.find(']', end);
  return end == std::string::npos ? end : end + 1;
}

bool InBracket(std::string_view inside, char c) {
  const bool negated = inside.starts_with('!');
  if (negated) inside.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (i + 2 < inside.size() && inside[i + 1] == '-') {
      found = found || (inside[i] <= c && c <= inside[i + 2]);
      i += 2;
    } else {
      found = found || inside[i] == c;
    }
  }
  return found != negated;
}

// Whether pattern[p:] matches path[s:], each pair looked at once.
class Matcher {
 public:
  Matcher(std::string_view pattern, std::string_view path)
      : pattern_(pattern), path_(path), failed_((pattern.size() + 1) * (path.size() + 1), false) {}

  bool Match(std::size_t p, std::size_t s) {
    if (p == pattern_.size()) return s == path_.size();
    const std::size_t key = p * (path_.size() + 1) + s;
    if (failed_[key]) return false;
    if (MatchHere(p, s)) return true;
    failed_[key] = true;
    return false;
  }

 private:
  bool MatchHere(std::size_t p, std::size_t s) {
    const std::string_view rest = pattern_.substr(p);
    if (rest.starts_with("**/")) {
      if (Match(p + 3, s)) return true;
      for (std::size_t at = path_.find('/', s); at != std::string::npos;
           at = path_.find('/', at + 1)) {
        if (Match(p + 3, at + 1)) return true;
      }
      return false;
    }
    if (rest.starts_with("**")) {
      return Match(p + 2, s) || (s < path_.size() && Match(p, s + 1));
    }
    const bool at_end = s == path_.size();
    if (rest[0] == '*') return Match(p + 1, s) || (!at_end && path_[s] != '/' && Match(p, s + 1));
    if (at_end) return false;
    if (rest[0] == '?') return path_[s] != '/' && Match(p + 1, s + 1);
    if (rest[0] == '[') {
      const std::size_t end = BracketEnd(pattern_, p);
      if (end != std::string::npos) {
        return path_[s] != '/' && InBracket(pattern_.substr(p + 1, end - p - 2), path_[s]) &&
               Match(end, s + 1);
      }
    }
    return rest[0] == path_[s] && Match(p + 1, s + 1);
  }

  std::string_view pattern_;
  std::string_view path_;
  std::vector<bool> failed_;
};

bool HasHiddenPart(std::string_view path) {
  return path.starts_with('.') || path.starts_with("__") || path.find("/.") != std::string::npos ||
         path.find("/__") != std::string::npos;
}

}  // namespace

bool MatchesFilePattern(std::string_view pattern, std::string_view path) {
  // Longer ones are nobody's; the matcher's table and depth grow with both.
  constexpr std::size_t kLongest = 1024;
  if (pattern.size() > kLongest || path.size() > kLongest) return false;
  if (HasHiddenPart(path) && !HasHiddenPart(pattern)) return false;
  return Matcher(pattern, path).Match(0, 0);
}

std::string FolderOfPattern(const std::string& pattern) {
  const std::string fixed = pattern.substr(0, pattern.find_first_of(kWildcards));
  const std::size_t slash = fixed.rfind('/');
  return slash == std::string::npos ? "" : fixed.substr(0, slash);
}

}  // namespace zipflens
