#include "zipflens/model/tensor_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/base/model_files.h"

namespace zipflens {

TensorStore::TensorStore(const std::filesystem::path& model_dir) {
  const std::filesystem::path single = model_dir / kWeightsFile;
  const std::filesystem::path index = model_dir / kWeightsIndexFile;
  const HasModelFile has = FilesInFolder(model_dir);
  if (!has(kWeightsFile) && has(kWeightsIndexFile)) {
    OpenShards(index);
    return;
  }
  source_ = single;
  if (!has(kWeightsFile)) {
    const bool has_pickle = std::filesystem::exists(model_dir / "pytorch_model.bin");
    throw InputError({.source = model_dir.string(),
                      .found = has_pickle ? "pytorch_model.bin only" : "no weights",
                      .expected = fmt::format("{} or {}", kWeightsFile, kWeightsIndexFile)});
  }
  files_.emplace_back(single);
  for (const auto& [name, info] : files_.front().tensors()) file_of_.emplace(name, 0);
}

void TensorStore::OpenShards(const std::filesystem::path& index_path) {
  source_ = index_path;
  std::map<std::string, std::size_t> file_by_name;
  const auto weight_map = ParseWeightMap(ReadTextFile(index_path), index_path.string());
  for (const auto& [tensor, file_name] : weight_map) {
    const auto [entry, is_new] = file_by_name.emplace(file_name, files_.size());
    if (is_new) files_.emplace_back(index_path.parent_path() / file_name);
    const SafetensorsFile& file = files_[entry->second];
    if (!file.tensors().contains(tensor)) {
      throw InputError({.source = file.path().string(),
                        .place = "tensor " + tensor,
                        .found = "no such tensor",
                        .expected = "it, as " + index_path.filename().string() + " says"});
    }
    file_of_.emplace(tensor, entry->second);
  }
}

TensorPlace TensorStore::Find(std::span<const std::string> names,
                              const std::vector<std::uint64_t>& shape) const {
  const auto found =
      std::ranges::find_if(names, [this](const std::string& name) { return Contains(name); });
  if (found == names.end()) {
    throw InputError({.source = source_.string(),
                      .place = "tensor " + names.front(),
                      .found = "no such tensor",
                      .expected = "one of shape " + ShapeText(shape)});
  }
  const SafetensorsFile& file = files_[file_of_.at(*found)];
  const TensorInfo& info = file.tensors().at(*found);
  if (info.shape != shape) {
    throw InputError({.source = file.path().string(),
                      .place = "tensor " + *found,
                      .found = "shape " + ShapeText(info.shape),
                      .expected = ShapeText(shape) + ", as config.json says"});
  }
  return {&file, *found};
}

}  // namespace zipflens
