// What every fuzz target shares: how it is named, what it may let pass, and what it may not.
#pragma once

#include <functional>
#include <string_view>

#include "zipflens/base/error.h"

namespace zipflens::fuzz {

/// Reads one input of any bytes. It may throw errors that derive from zipflens::Error, which refuse
/// the input. Any other exception is a finding, and so is what a sanitizer reports.
using Target = void (*)(std::string_view input);

/// Adds a target to the program, by name. Names are those of the folders in fuzz/corpus.
struct Registration {
  Registration(const char* name, Target target);
};

/// Returns the target of that name, or nullptr.
Target FindTarget(std::string_view name);

/// Runs a target on an input and catches the errors that refuse it.
void RunTarget(Target target, std::string_view input);

/// Ends the program with a message that names the condition: the target found a wrong result.
[[noreturn]] void Fail(const char* condition, const char* file, int line);

/// Runs `work` and returns whether the input was accepted, that is, no zipflens::Error was thrown.
template <typename Work>
bool Accepts(const Work& work) {
  try {
    work();
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace zipflens::fuzz

/// Holds if the reader kept its promise.
#define FUZZ_REQUIRE(condition)                                               \
  do {                                                                        \
    if (!(condition)) ::zipflens::fuzz::Fail(#condition, __FILE__, __LINE__); \
  } while (false)

/// Defines the target `name` as a function of `input`.
#define FUZZ_TARGET(name)                                                          \
  static void Fuzz_##name(std::string_view input);                                 \
  static const ::zipflens::fuzz::Registration register_##name(#name, Fuzz_##name); \
  static void Fuzz_##name([[maybe_unused]] std::string_view input)
