// Base64, as pictures inside SVG and HTML are written.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// RFC 4648, section 4, with padding.
std::string EncodeBase64(std::string_view bytes);

/// The bytes of `text`, whose line breaks and spaces are skipped; what follows a character that is
/// not base64 is left out.
std::string DecodeBase64(std::string_view text);

}  // namespace zipflens
