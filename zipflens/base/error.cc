#include "zipflens/base/error.h"

#include <fmt/format.h>

#include <system_error>

#include "zipflens/base/safe_text.h"

namespace zipflens {

std::string ProblemText(const Problem& problem) {
  std::string text = SafeText(problem.source);
  const auto append = [&text](const char* separator, const char* word, const std::string& part) {
    if (part.empty()) return;
    if (!text.empty()) text += separator;
    text += word + SafeText(part);
  };
  append(": ", "", problem.place);
  append(": ", "found ", problem.found);
  append("; ", "expected ", problem.expected);
  return text;
}

InputError::InputError(const Problem& problem) : Error(ProblemText(problem)), problem_(problem) {}

std::string ErrnoText(int error_number) { return std::generic_category().message(error_number); }

}  // namespace zipflens
