// One safetensors file: a JSON header that names tensors, then their bytes.
// Format: https://github.com/huggingface/safetensors (README, "Format").
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/base/mapped_file.h"

namespace zipflens {

/// Where a tensor lies and what it is.
struct TensorInfo {
  std::string dtype;                 // as the header has it: "F32", "I64", ...
  std::vector<std::uint64_t> shape;  // outermost first
  std::uint64_t begin = 0;           // byte offsets in the file
  std::uint64_t end = 0;
};

/// A mapped file whose header has been validated. Move only.
class SafetensorsFile {
 public:
  /// Throws InputError naming the file (and the tensor): unreadable, shorter than its header says,
  /// a header that is no JSON object of tensors, metadata that are not strings, offsets outside the
  /// file, overlapping or leaving gaps, or not matching shape and type.
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const std::map<std::string, TensorInfo>& tensors() const { return tensors_; }

  /// Reads an F32, F16 or BF16 tensor as float32 into `values` ([the tensor's size]), and gives its
  /// pages back to the system while it goes. Throws InputError naming file and tensor: another
  /// type, a value that is NaN or infinite.
  void ReadInto(const std::string& name, std::span<float> values) const;

 private:
  std::filesystem::path path_;
  MappedFile file_;
  std::map<std::string, TensorInfo> tensors_;
};

/// "[30522, 384]".
std::string ShapeText(std::span<const std::uint64_t> shape);

}  // namespace zipflens
