#include "zipflens/model/tensor_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "zipflens/base/error.h"
#include "zipflens/base/json_field.h"
#include "zipflens/base/json_reader.h"

namespace zipflens {
namespace {

using nlohmann::json;

// tensor name -> file name, the index's weight_map.
std::map<std::string, std::string> ReadWeightMap(const std::filesystem::path& index_path) {
  const json index = ReadJson(index_path, "an index of safetensors files");
  const JsonField map = JsonField(index, index_path).Member("weight_map");
  if (!map.json().is_object()) map.Fail("an object that maps tensors to files");
  std::map<std::string, std::string> weight_map;
  for (const auto& [tensor, file] : map.json().items()) {
    const std::string file_name = file.is_string() ? file.get<std::string>() : "";
    if (file_name.empty() || std::filesystem::path(file_name).filename() != file_name ||
        file_name == "..") {
      throw InputError({.source = index_path.string(),
                        .place = "weight_map, tensor " + tensor,
                        .found = DescribeJson(file),
                        .expected = "the name of a file in the same folder"});
    }
    weight_map.emplace(tensor, file_name);
  }
  return weight_map;
}

}  // namespace

TensorStore::TensorStore(const std::filesystem::path& model_dir) {
  const std::filesystem::path single = model_dir / "model.safetensors";
  const std::filesystem::path index = model_dir / "model.safetensors.index.json";
  if (!std::filesystem::exists(single) && std::filesystem::exists(index)) {
    OpenShards(index);
    return;
  }
  source_ = single;
  if (!std::filesystem::exists(single)) {
    const bool has_pickle = std::filesystem::exists(model_dir / "pytorch_model.bin");
    throw InputError({.source = model_dir.string(),
                      .found = has_pickle ? "pytorch_model.bin only" : "no weights",
                      .expected = "model.safetensors or model.safetensors.index.json"});
  }
  files_.emplace_back(single);
  for (const auto& [name, info] : files_.front().tensors()) file_of_.emplace(name, 0);
}

void TensorStore::OpenShards(const std::filesystem::path& index_path) {
  source_ = index_path;
  std::map<std::string, std::size_t> file_by_name;
  for (const auto& [tensor, file_name] : ReadWeightMap(index_path)) {
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
