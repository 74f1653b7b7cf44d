#include "zipflens/study/random_model_folder.h"

#include <fmt/format.h>

#include <system_error>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

void CopyTokenizerFiles(const std::filesystem::path& from, const std::filesystem::path& to) {
  bool found = false;
  for (const char* name :
       {"tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"}) {
    if (!std::filesystem::is_regular_file(from / name)) continue;
    std::error_code error;
    std::filesystem::copy_file(from / name, to / name, error);
    if (error) throw OutputError(fmt::format("{}: {}", (to / name).string(), error.message()));
    found = true;
  }
  if (!found) {
    throw InputError({.source = from.string(),
                      .found = "neither tokenizer.json nor vocab.txt",
                      .expected = "a model folder with a tokenizer"});
  }
}

}  // namespace

ModelConfig ModelConfigLike(const std::string& like) {
  const std::filesystem::path path = like;
  if (!std::filesystem::exists(path)) return KnownModelConfig(like);
  return LoadModelConfig(std::filesystem::is_directory(path) ? path / "config.json" : path);
}

void WriteRandomModelFolder(const ModelConfig& config, std::uint64_t seed,
                            const std::filesystem::path& tokenizer_dir,
                            const std::filesystem::path& model_dir) {
  if (!tokenizer_dir.empty()) CopyTokenizerFiles(tokenizer_dir, model_dir);
  WriteRandomModel(config, seed, model_dir);
}

}  // namespace zipflens
