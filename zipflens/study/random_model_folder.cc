#include "zipflens/study/random_model_folder.h"

#include <fmt/format.h>

#include <system_error>

#include "zipflens/base/error.h"
#include "zipflens/base/model_files.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {
namespace {

// Copies only a tokenizer whose ids are certain, because the config.json of the new folder lacks
// what the old one said about the tokenizer.
void CopyTokenizerFiles(const std::filesystem::path& from, const std::filesystem::path& to) {
  Tokenizer::Load(from);
  for (const std::string& name : TokenizerFileNames(FilesInFolder(from))) {
    std::error_code error;
    std::filesystem::copy_file(from / name, to / name, error);
    if (error) throw OutputError(fmt::format("{}: {}", (to / name).string(), error.message()));
  }
}

}  // namespace

ModelConfig ModelConfigLike(const std::string& like) {
  const std::filesystem::path path = like;
  if (!std::filesystem::exists(path)) return KnownModelConfig(like);
  return LoadModelConfig(std::filesystem::is_directory(path) ? path / kModelConfigFile : path);
}

void WriteRandomModelFolder(const ModelConfig& config, std::uint64_t seed,
                            const std::filesystem::path& tokenizer_dir,
                            const std::filesystem::path& model_dir) {
  if (!tokenizer_dir.empty()) CopyTokenizerFiles(tokenizer_dir, model_dir);
  WriteRandomModel(config, seed, model_dir);
}

}  // namespace zipflens
