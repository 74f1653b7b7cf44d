// Utf8Text: the bytes of a text file, known to be UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// `bytes` without a UTF-8 byte order mark. Throws InputError naming `source`: UTF-16 or UTF-32, by
/// its byte order mark or, for ASCII, without one; otherwise the line (from 1) and the byte within
/// it (from 0) that is not UTF-8.
std::string_view Utf8Text(std::string_view bytes, const std::string& source);

}  // namespace zipflens
