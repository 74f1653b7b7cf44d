// Runs a fuzz target over the inputs of its corpus, without libFuzzer, so that every build can:
//   fuzz_replay TARGET FOLDER
//   fuzz_replay make-study FOLDER    makes the study that the targets of the fuzz preset change
// It fails if an input takes more than 10 s, if the process takes more than 2 GB, or as the target
// does; the last line then names the input.
#include <stdlib.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "fuzz/scratch_folder.h"
#include "fuzz/small_study.h"

namespace {

constexpr double kMostSeconds = 10;
constexpr long kMostKilobytes = 2L << 20;

std::vector<std::filesystem::path> InputsOf(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> inputs;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    inputs.push_back(entry.path());
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

// Returns whether the target keeps its promises on this input.
bool Replay(zipflens::fuzz::Target target, const std::filesystem::path& input) {
  // Not by MappedFile, which refuses Git LFS pointers.
  std::ifstream file(input, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::printf("%s\n", input.c_str());
  std::fflush(stdout);
  const auto begin = std::chrono::steady_clock::now();
  try {
    zipflens::fuzz::RunTarget(target, bytes);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "an exception that is not a zipflens::Error: %s\n", error.what());
    return false;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (seconds.count() < kMostSeconds) return true;
  std::fprintf(stderr, "%.1f s; expected less than %.0f\n", seconds.count(), kMostSeconds);
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string name = argc == 3 ? argv[1] : "";
  if (name == "make-study") {
    zipflens::fuzz::MakeSmallStudy(argv[2]);
    return 0;
  }
  const zipflens::fuzz::ScratchFolder made;
  if (name.starts_with("study_")) {
    zipflens::fuzz::MakeSmallStudy(made.path() / "study");
    ::setenv("ZIPFLENS_FUZZ_STUDY", (made.path() / "study").c_str(), 1);
  }
  const zipflens::fuzz::Target target = zipflens::fuzz::FindTarget(name);
  if (target == nullptr) {
    std::fputs("usage: fuzz_replay TARGET FOLDER\n", stderr);
    return 2;
  }
  const std::vector<std::filesystem::path> inputs = InputsOf(argv[2]);
  if (inputs.empty()) {
    std::fprintf(stderr, "%s: found no input\n", argv[2]);
    return 1;
  }
  for (const auto& input : inputs) {
    if (!Replay(target, input)) return 1;
  }
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  if (usage.ru_maxrss > kMostKilobytes) {
    std::fprintf(stderr, "%ld kB of memory; expected at most %ld\n", usage.ru_maxrss,
                 kMostKilobytes);
    return 1;
  }
  std::printf("%zu inputs\n", inputs.size());
  return 0;
}
