// ZIPFLENS_CHECK: a caller's bug, found early. Never for bad input (that is an Error).
#pragma once

#include <stdexcept>
#include <string>

namespace zipflens {

/// A broken contract inside zipflens; the message names the condition and the place in the source.
class CheckFailure : public std::logic_error {
 public:
  CheckFailure(const char* condition, const char* file, int line)
      : std::logic_error(std::string(file) + ":" + std::to_string(line) +
                         ": check failed: " + condition) {}
};

}  // namespace zipflens

#define ZIPFLENS_CHECK(condition)                                                     \
  do {                                                                                \
    if (!(condition)) throw ::zipflens::CheckFailure(#condition, __FILE__, __LINE__); \
  } while (false)
