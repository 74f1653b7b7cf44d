// Base64, as pictures inside SVG and HTML are written.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// RFC 4648, section 4, with padding and without line breaks.
std::string EncodeBase64(std::string_view bytes);

}  // namespace zipflens
