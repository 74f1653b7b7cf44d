// Builds pieces of HTML.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// Escapes text for an HTML element or a quoted attribute. Control characters become spaces, and
/// bytes that are not UTF-8 become U+FFFD.
std::string EscapedHtml(std::string_view text);

/// "data:image/png;base64,...".
std::string DataUri(std::string_view media_type, std::string_view bytes);

}  // namespace zipflens
