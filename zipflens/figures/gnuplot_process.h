// Runs gnuplot on a script.
#pragma once

#include <filesystem>
#include <string>

namespace zipflens {

/// Runs `gnuplot` on `script` (a file name) inside `folder`, without the user's own settings, and
/// waits for its end. Throws OutputError: it cannot be started (naming the package that brings it),
/// or ends with an error (with what it said).
void RunGnuplot(const std::string& gnuplot, const std::filesystem::path& folder,
                const std::string& script);

}  // namespace zipflens
