// The tensors of a model folder, wherever its files keep them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "zipflens/model/safetensors.h"

namespace zipflens {

/// A tensor that was found: its file and its name there. Valid as long as the store.
struct TensorPlace {
  const SafetensorsFile* file = nullptr;
  std::string name;

  /// SafetensorsFile::ReadInto.
  void ReadInto(std::span<float> values) const { file->ReadInto(name, values); }
};

/// A folder's model.safetensors, or the shards that its model.safetensors.index.json names.
class TensorStore {
 public:
  /// Opens and validates all files. Throws InputError: neither file exists, an index that is
  /// malformed or names a file outside the folder, and SafetensorsFile's.
  explicit TensorStore(const std::filesystem::path& model_dir);

  bool Contains(const std::string& name) const { return file_of_.contains(name); }

  /// The first of `names` that exists (older models call the same tensor otherwise). Throws
  /// InputError naming the tensor: missing, or of another shape than `shape`.
  TensorPlace Find(std::span<const std::string> names,
                   const std::vector<std::uint64_t>& shape) const;

 private:
  void OpenShards(const std::filesystem::path& index_path);

  std::filesystem::path source_;  // what a message about a missing tensor names
  std::vector<SafetensorsFile> files_;
  std::map<std::string, std::size_t> file_of_;  // tensor name -> index in files_
};

}  // namespace zipflens
