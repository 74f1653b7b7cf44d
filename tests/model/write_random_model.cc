// For the Python tests: a model folder with random weights.
//   write_random_model CONFIG_JSON|NAME SEED OUT_DIR

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "zipflens/base/error.h"
#include "zipflens/model/random_model.h"

int main(int argc, char** argv) {
  try {
    if (argc != 4) throw zipflens::UsageError("write_random_model CONFIG_JSON|NAME SEED OUT_DIR");
    const zipflens::ModelConfig config = std::filesystem::exists(argv[1])
                                             ? zipflens::LoadModelConfig(argv[1])
                                             : zipflens::KnownModelConfig(argv[1]);
    std::filesystem::create_directories(argv[3]);
    zipflens::WriteRandomModel(config, std::stoull(argv[2]), argv[3]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
