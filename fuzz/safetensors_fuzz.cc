// safetensors, from any bytes and from a header that is built around the input.
//
// Promise: a file that is read is a JSON header of tensors whose data lie one after the other and
// cover the rest of the file exactly. Each tensor's size is that of its type and shape. Nothing is
// allocated by what a header claims: tensors are views of the mapped file.
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "fuzz/input_bytes.h"
#include "fuzz/scratch_folder.h"
#include "zipflens/model/safetensors.h"
#include "zipflens/model/tensor_store.h"

namespace zipflens::fuzz {
namespace {

std::string LittleEndian(std::uint64_t number) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(number >> (8 * i)));
  return bytes;
}

std::uint64_t BytesOf(const std::string& dtype) {
  return dtype == "F32" ? 4 : dtype == "F16" || dtype == "BF16" ? 2 : 0;
}

// Reads every tensor that can be read and checks it against the header's own words.
void ReadAll(std::string_view bytes) {
  const SafetensorsFile file(Scratch().Write("model.safetensors", bytes));
  std::uint64_t covered = 0;
  for (const auto& [name, info] : file.tensors()) {
    FUZZ_REQUIRE(info.begin <= info.end && info.end <= bytes.size());
    covered += info.end - info.begin;
    const std::uint64_t element_bytes = BytesOf(info.dtype);
    if (element_bytes == 0) continue;
    long double elements = 1;
    for (const std::uint64_t size : info.shape) elements *= static_cast<long double>(size);
    FUZZ_REQUIRE(elements * element_bytes == static_cast<long double>(info.end - info.begin));
    std::vector<float> values((info.end - info.begin) / element_bytes, NAN);
    const bool read = Accepts([&, tensor = &name] { file.ReadInto(*tensor, values); });
    for (const float value : values) FUZZ_REQUIRE(!read || std::isfinite(value));
  }
  FUZZ_REQUIRE(covered <= bytes.size());
}

// A header of up to 8 tensors with types, shapes and offsets from the input. Most offsets follow
// each other, so that all checks behind the first are reached.
std::string FileOf(std::string_view input) {
  constexpr const char* kTypes[] = {"F32", "F16", "BF16", "I64", "U8", "BOOL", "F64", "F8_E4M3"};
  InputBytes bytes(input);
  std::string header = "{";
  std::uint64_t end = 0;
  const std::size_t num_tensors = bytes.Below(9);
  for (std::size_t i = 0; i < num_tensors; ++i) {
    const std::string dtype = kTypes[bytes.Below(std::size(kTypes))];
    std::vector<std::uint64_t> shape(bytes.Below(4));
    const bool is_wide = bytes.Byte() > 250;
    for (std::uint64_t& size : shape) size = bytes.Number(is_wide ? 8 : 1) % (is_wide ? -1ULL : 9);
    std::uint64_t size = BytesOf(dtype);
    for (const std::uint64_t dimension : shape) size *= dimension;
    const std::uint8_t change = bytes.Byte();
    const std::uint64_t begin = change == 255 ? bytes.Number(8) : end;
    end = change == 254 ? bytes.Number(8) : begin + size + (change == 253 ? 1 : 0);
    header += fmt::format(R"({}"t{}":{{"dtype":"{}","shape":{},"data_offsets":[{},{}]}})",
                          i == 0 ? "" : ",", i, dtype, ShapeText(shape), begin, end);
  }
  header += '}';
  header.append(bytes.Below(8), ' ');
  return LittleEndian(header.size()) + header + std::string(bytes.Rest());
}

}  // namespace

FUZZ_TARGET(safetensors) { ReadAll(input); }

FUZZ_TARGET(safetensors_offsets) { ReadAll(FileOf(input)); }

// The index of a model in shards. Promise: it names files of its own folder, each of which has the
// tensors that the index says.
FUZZ_TARGET(safetensors_index) {
  Scratch().Clear();
  const std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  const std::string shard = LittleEndian(header.size()) + header + std::string(4, '\0');
  Scratch().Write("model-00001-of-00002.safetensors", shard);
  Scratch().Write("model-00002-of-00002.safetensors", input.substr(0, 64));
  Scratch().Write("model.safetensors.index.json", input);
  const TensorStore store(Scratch().path());
  const std::vector<std::string> names = {"a"};
  if (!store.Contains("a")) return;
  std::vector<float> values(1);
  store.Find(names, {1}).ReadInto(values);
}

}  // namespace zipflens::fuzz
