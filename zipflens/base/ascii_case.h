// The case of ASCII letters, whatever the locale: endings of files, header names, words of options.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// `text` with A to Z as a to z; other bytes stay.
std::string AsciiLower(std::string_view text);

/// `text` with a to z as A to Z; other bytes stay.
std::string AsciiUpper(std::string_view text);

}  // namespace zipflens
