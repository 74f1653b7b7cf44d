// NamePattern: a regular expression for the names of files, by POSIX. The standard library's
// <regex> takes three seconds of the compilation of each file that uses it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace zipflens {

/// An extended regular expression of POSIX. Thread-safe.
class NamePattern {
 public:
  /// `pattern` is a constant of the program: a malformed one is a bug.
  explicit NamePattern(const char* pattern);
  ~NamePattern();
  NamePattern(const NamePattern&) = delete;
  NamePattern& operator=(const NamePattern&) = delete;

  /// The first part of `name` that matches, then the part of each group in parentheses, "" for a
  /// group that took no part. Returns nullopt if nothing matches.
  std::optional<std::vector<std::string>> Find(const std::string& name) const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace zipflens
