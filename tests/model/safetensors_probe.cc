// For safetensors_against_reference_test.py: reads the files whose names stand on standard input,
// one per line, and answers each with a line of JSON: the tensors, or {"error": message}. A tensor
// is a name with its type, shape and bytes in the file; F32, F16 and BF16 also have their values as
// hex digits of float32, or null if one of them is not finite.
#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "zipflens/base/error.h"
#include "zipflens/model/safetensors.h"

namespace {

nlohmann::json ValuesOf(const zipflens::SafetensorsFile& file, const std::string& name,
                        std::uint64_t element_bytes) {
  const zipflens::TensorInfo& info = file.tensors().at(name);
  std::vector<float> values((info.end - info.begin) / element_bytes);
  try {
    file.ReadInto(name, values);
  } catch (const zipflens::Error&) {
    return nullptr;
  }
  std::string digits;
  for (const float value : values) {
    digits += fmt::format("{:08x}", std::bit_cast<std::uint32_t>(value));
  }
  return digits;
}

nlohmann::json Answer(const std::string& path) {
  try {
    const zipflens::SafetensorsFile file(path);
    nlohmann::json tensors = nlohmann::json::object();
    for (const auto& [name, info] : file.tensors()) {
      nlohmann::json& tensor = tensors[name];
      tensor = {{"dtype", info.dtype}, {"shape", info.shape}, {"bytes", {info.begin, info.end}}};
      if (info.dtype == "F32") tensor["values"] = ValuesOf(file, name, 4);
      if (info.dtype == "F16" || info.dtype == "BF16") tensor["values"] = ValuesOf(file, name, 2);
    }
    return {{"tensors", tensors}};
  } catch (const zipflens::Error& error) {
    return {{"error", error.what()}};
  }
}

}  // namespace

int main() {
  for (std::string path; std::getline(std::cin, path);) std::cout << Answer(path).dump() << '\n';
}
