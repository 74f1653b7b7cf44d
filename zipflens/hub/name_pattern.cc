#include "zipflens/hub/name_pattern.h"

#include <regex.h>

#include "zipflens/base/check.h"

namespace zipflens {

struct NamePattern::Compiled {
  explicit Compiled(const char* pattern) {
    const int error = regcomp(&expression, pattern, REG_EXTENDED);
    ZIPFLENS_CHECK(error == 0);
  }
  ~Compiled() { regfree(&expression); }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  regex_t expression = {};
};

NamePattern::NamePattern(const char* pattern)
    : compiled_(std::make_unique<const Compiled>(pattern)) {}
NamePattern::~NamePattern() = default;

std::optional<std::vector<std::string>> NamePattern::Find(const std::string& name) const {
  const regex_t& expression = compiled_->expression;
  std::vector<regmatch_t> places(expression.re_nsub + 1);
  if (regexec(&expression, name.c_str(), places.size(), places.data(), /*eflags=*/0) != 0) {
    return std::nullopt;
  }
  std::vector<std::string> parts;
  for (const regmatch_t& place : places) {
    const bool took_part = place.rm_so >= 0;
    parts.push_back(took_part ? name.substr(place.rm_so, place.rm_eo - place.rm_so) : "");
  }
  return parts;
}

}  // namespace zipflens
