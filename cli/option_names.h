// Turns the option names in the library's messages, which are fields, into command-line flags.
#pragma once

#include <string>

namespace zipflens::cli {

/// Replaces "`field` = value" by "--flag value" and "`field`" by "--flag", for every field that has
/// a flag. Other text in backticks stays as it is.
std::string WithFlags(const std::string& message);

}  // namespace zipflens::cli
