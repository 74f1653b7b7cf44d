// ZIPFLENS_CHECK: finds a caller's mistake early. Bad input is an Error instead (base/error.h).
#pragma once

#include <stdexcept>
#include <string>

namespace zipflens {

/// A caller inside zipflens broke a contract. The message names the condition and the place in the
/// source.
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
