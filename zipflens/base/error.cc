#include "zipflens/base/error.h"

#include <fmt/format.h>

#include <system_error>

namespace zipflens {
namespace {

std::string Sentence(const Problem& problem) {
  std::string text = problem.source;
  const auto append = [&text](const std::string& separator, const std::string& part) {
    if (part.empty()) return;
    if (!text.empty()) text += separator;
    text += part;
  };
  append(": ", problem.place);
  append(": ", problem.found.empty() ? "" : "found " + problem.found);
  append("; ", problem.expected.empty() ? "" : "expected " + problem.expected);
  return text;
}

}  // namespace

InputError::InputError(const Problem& problem) : Error(Sentence(problem)) {}

std::string ErrnoText(int error_number) { return std::generic_category().message(error_number); }

}  // namespace zipflens
