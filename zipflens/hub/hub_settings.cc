#include "zipflens/hub/hub_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

std::string Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

std::string FirstOf(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::string value = Variable(name);
    if (!value.empty()) return value;
  }
  return "";
}

bool IsTrue(std::string value) {
  std::transform(value.begin(), value.end(), value.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return value == "1" || value == "ON" || value == "YES" || value == "TRUE";
}

std::string Home() {
  const std::string home = Variable("HOME");
  return home.empty() ? "/" : home;
}

bool IsNameCharacter(char c) { return std::isalnum(ByteOf(c)) != 0 || c == '_'; }

// Does the same as os.path.expanduser (only for the user's own home) and then os.path.expandvars:
// $NAME and ${NAME}. Unknown names stay unchanged.
std::filesystem::path Expanded(std::string text) {
  if (text == "~" || text.starts_with("~/")) text.replace(0, 1, Home());
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      out += text[at++];
      continue;
    }
    const bool braces = at + 1 < text.size() && text[at + 1] == '{';
    const std::size_t begin = at + (braces ? 2 : 1);
    std::size_t end = begin;
    while (end < text.size() && (braces ? text[end] != '}' : IsNameCharacter(text[end]))) ++end;
    const std::size_t after = braces ? end + 1 : end;
    const char* value = std::getenv(text.substr(begin, end - begin).c_str());
    const bool known = value != nullptr && end > begin && (!braces || end < text.size());
    out += known ? value : text.substr(at, after - at);
    at = after;
  }
  return out;
}

std::string Stripped(const std::string& text) {
  const auto is_space = [](char c) { return std::isspace(ByteOf(c)) != 0; };
  const auto begin = std::find_if_not(text.begin(), text.end(), is_space);
  const auto end =
      std::find_if_not(text.rbegin(), std::make_reverse_iterator(begin), is_space).base();
  return {begin, end};
}

std::string Token(const std::filesystem::path& home) {
  if (IsTrue(Variable("HF_HUB_DISABLE_IMPLICIT_TOKEN"))) return "";
  std::string token = Stripped(FirstOf({"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}));
  if (token.empty()) {
    const std::string named = Variable("HF_TOKEN_PATH");
    const std::filesystem::path path = named.empty() ? home / "token" : Expanded(named);
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) {
      std::ifstream file(path);
      token = Stripped({std::istreambuf_iterator<char>(file), {}});
    }
  }
  // A line break in a header would start a second header.
  const bool is_plain =
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 127; });
  if (!is_plain) throw UsageError("HF_TOKEN: found characters that no token has");
  return token;
}

int Number(const char* name, int otherwise) {
  const std::string text = Variable(name);
  if (text.empty()) return otherwise;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > 100'000) {
    throw UsageError(fmt::format("{}: found \"{}\"; expected a whole number", name, text));
  }
  return value;
}

}  // namespace

HubSettings HubSettingsFromEnvironment() {
  HubSettings settings;
  const std::string xdg = Variable("XDG_CACHE_HOME");
  const std::string home_text = Variable("HF_HOME");
  const std::filesystem::path home = Expanded(
      home_text.empty() ? (xdg.empty() ? Home() + "/.cache" : xdg) + "/huggingface" : home_text);
  const std::string cache = FirstOf({"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"});
  settings.cache_dir = std::filesystem::absolute(cache.empty() ? home / "hub" : Expanded(cache));
  const std::string endpoint = Variable("HF_ENDPOINT");
  if (!endpoint.empty()) settings.endpoint = endpoint;
  while (settings.endpoint.ends_with('/')) settings.endpoint.pop_back();
  if (!settings.endpoint.starts_with("https://") && !settings.endpoint.starts_with("http://")) {
    throw UsageError(fmt::format("HF_ENDPOINT: found \"{}\"; expected https://... or http://...",
                                 settings.endpoint));
  }
  settings.token = Token(home);
  settings.offline = IsTrue(FirstOf({"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}));
  settings.num_retries = Number("ZIPFLENS_HUB_RETRIES", settings.num_retries);
  settings.stall_seconds = std::max(1, Number("HF_HUB_DOWNLOAD_TIMEOUT", settings.stall_seconds));
  settings.ca_file = FirstOf({"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"});
  return settings;
}

}  // namespace zipflens
