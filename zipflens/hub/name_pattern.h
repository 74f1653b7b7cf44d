// NamePattern: a POSIX regular expression for the names of files. It replaces the standard
// library's <regex>, which adds three seconds to the compilation of each file that includes it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace zipflens {

/// A POSIX extended regular expression. Thread-safe.
class NamePattern {
 public:
  /// `pattern` must be a constant of the program; a malformed one is a bug.
  explicit NamePattern(const char* pattern);
  ~NamePattern();
  NamePattern(const NamePattern&) = delete;
  NamePattern& operator=(const NamePattern&) = delete;

  /// Returns the first match in `name`, followed by the text of each group in parentheses ("" for a
  /// group that does not take part). Returns nullopt if nothing matches.
  std::optional<std::vector<std::string>> Find(const std::string& name) const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace zipflens
