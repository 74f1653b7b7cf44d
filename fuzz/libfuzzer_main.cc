// The entry of libFuzzer. The name of the program, fuzz_TARGET, says which target it runs.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz/fuzz_target.h"

namespace {
zipflens::fuzz::Target target = nullptr;
}  // namespace

extern "C" int LLVMFuzzerInitialize(const int* /*argc*/, char*** argv) {
  std::string name = (*argv)[0];
  name.erase(0, name.rfind('/') + 1);
  if (name.starts_with("fuzz_")) target = zipflens::fuzz::FindTarget(name.substr(5));
  if (target == nullptr) {
    std::fprintf(stderr, "%s: found no target of this name; expected fuzz_TARGET\n", name.c_str());
    std::exit(2);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  zipflens::fuzz::RunTarget(target, {reinterpret_cast<const char*>(data), size});
  return 0;
}
