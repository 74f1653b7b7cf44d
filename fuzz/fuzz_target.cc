#include "fuzz/fuzz_target.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace zipflens::fuzz {
namespace {

std::map<std::string, Target, std::less<>>& Targets() {
  static std::map<std::string, Target, std::less<>> targets;
  return targets;
}

}  // namespace

Registration::Registration(const char* name, Target target) { Targets().emplace(name, target); }

Target FindTarget(std::string_view name) {
  const auto found = Targets().find(name);
  return found == Targets().end() ? nullptr : found->second;
}

void RunTarget(Target target, std::string_view input) {
  try {
    target(input);
  } catch (const Error&) {
    return;  // the input was refused
  }
}

void Fail(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  std::abort();
}

}  // namespace zipflens::fuzz
