// Runs gnuplot on a script.
#pragma once

#include <filesystem>
#include <string>

#include "zipflens/base/error.h"

namespace zipflens {

/// gnuplot was stopped because it took too long.
class TooSlowError : public OutputError {
 public:
  using OutputError::OutputError;
};

/// Runs `gnuplot` on `script` (a file name) inside `folder`, without the user's own settings, and
/// waits for its end, at most `seconds`; then it is killed. Throws OutputError: it cannot be
/// started (naming the package that brings it), ends with an error (with what it said), or takes
/// longer (TooSlowError). Throws InterruptedError when a stop is asked for; gnuplot is killed then,
/// too.
void RunGnuplot(const std::string& gnuplot, const std::filesystem::path& folder,
                const std::string& script, double seconds);

}  // namespace zipflens
