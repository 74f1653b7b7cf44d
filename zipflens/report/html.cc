#include "zipflens/report/html.h"

#include "zipflens/base/base64.h"
#include "zipflens/base/safe_text.h"

namespace zipflens {

std::string EscapedHtml(std::string_view text) {
  std::string out;
  for (const char c : OneLine(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string DataUri(std::string_view media_type, std::string_view bytes) {
  return "data:" + std::string(media_type) + ";base64," + EncodeBase64(bytes);
}

}  // namespace zipflens
