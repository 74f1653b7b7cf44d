// The library names options by their fields; the command line shows its flags in their place.
#pragma once

#include <string>

namespace zipflens::cli {

/// Replaces "`field` = value" by "--flag value" and "`field`" by "--flag", for every option of the
/// command line; other text in backticks stays as it is.
std::string WithFlags(const std::string& message);

}  // namespace zipflens::cli
