#include "zipflens/model/safetensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/json_reader.h"

namespace zipflens {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "safetensors is little-endian");

constexpr std::size_t kLengthBytes = 8;                 // the header's length, before the header
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // as the reference implementation's

[[noreturn]] void RefuseFile(const std::filesystem::path& path, std::string place,
                             std::string found, std::string expected) {
  throw InputError({.source = path.string(),
                    .place = std::move(place),
                    .found = std::move(found),
                    .expected = std::move(expected)});
}

[[noreturn]] void RefuseTensor(const std::filesystem::path& path, const std::string& name,
                               std::string found, std::string expected) {
  RefuseFile(path, "tensor " + name, std::move(found), std::move(expected));
}

// Bytes of an element; 0 for a type that this program does not know.
std::uint64_t ElementBytes(std::string_view dtype) {
  if (dtype == "F64" || dtype == "I64" || dtype == "U64") return 8;
  if (dtype == "F32" || dtype == "I32" || dtype == "U32") return 4;
  if (dtype == "F16" || dtype == "BF16" || dtype == "I16" || dtype == "U16") return 2;
  if (dtype == "I8" || dtype == "U8" || dtype == "BOOL") return 1;
  return 0;
}

// The product of the dimensions; the largest number where it overflows.
std::uint64_t NumElements(std::span<const std::uint64_t> shape) {
  std::uint64_t count = 1;
  for (const std::uint64_t size : shape) {
    if (__builtin_mul_overflow(count, size, &count)) {
      return std::numeric_limits<std::uint64_t>::max();
    }
  }
  return count;
}

std::string_view HeaderText(const std::filesystem::path& path, const MappedFile& file) {
  const std::size_t file_bytes = file.bytes().size();
  if (file_bytes < kLengthBytes) {
    RefuseFile(path, "", fmt::format("{} bytes", file_bytes), "a safetensors file");
  }
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, file.bytes().data(), kLengthBytes);
  if (header_bytes > kMaxHeaderBytes) {
    RefuseFile(path, "header", fmt::format("a length of {} bytes", header_bytes),
               fmt::format("at most {}: not a safetensors file", kMaxHeaderBytes));
  }
  if (header_bytes > file_bytes - kLengthBytes) {
    RefuseFile(path, "header", fmt::format("a length of {} bytes", header_bytes),
               fmt::format("at most the {} that the file has left: truncated?",
                           file_bytes - kLengthBytes));
  }
  return file.text().substr(kLengthBytes, header_bytes);
}

json ParseHeader(const std::filesystem::path& path, std::string_view text) {
  json header = ParseJson(text, path.string(), "header", "a JSON object of tensors");
  if (!header.is_object()) {
    RefuseFile(path, "header", fmt::format("JSON of type {}", header.type_name()),
               "a JSON object of tensors");
  }
  return header;
}

// The reference implementation refuses it, too; a damaged header shows here first.
void CheckMetadata(const std::filesystem::path& path, const json& metadata) {
  const bool is_map = metadata.is_object() &&
                      std::ranges::all_of(metadata, [](const json& v) { return v.is_string(); });
  if (is_map || metadata.is_null()) return;
  RefuseFile(path, "header, __metadata__", DescribeJson(metadata), "an object of strings");
}

bool IsListOfCounts(const json& value) {
  return value.is_array() && std::ranges::all_of(value, [](const json& element) {
           return element.is_number_unsigned();
         });
}

// One entry of the header; its data offsets count from `data_begin`.
TensorInfo ParseTensor(const std::filesystem::path& path, const std::string& name,
                       const json& entry, std::uint64_t data_begin, std::uint64_t file_bytes) {
  const bool well_formed =
      entry.is_object() && entry.contains("dtype") && entry["dtype"].is_string() &&
      entry.contains("shape") && IsListOfCounts(entry["shape"]) && entry.contains("data_offsets") &&
      IsListOfCounts(entry["data_offsets"]) && entry["data_offsets"].size() == 2;
  if (!well_formed) {
    RefuseTensor(path, name, DescribeJson(entry),
                 "an object with dtype, shape and two data_offsets");
  }
  const auto first = entry["data_offsets"][0].get<std::uint64_t>();
  const auto last = entry["data_offsets"][1].get<std::uint64_t>();
  const std::uint64_t data_bytes = file_bytes - data_begin;
  if (first > last || last > data_bytes) {
    RefuseTensor(path, name, fmt::format("data offsets {} to {}", first, last),
                 fmt::format("offsets in order within the {} bytes of data that the file holds: "
                             "truncated?",
                             data_bytes));
  }
  TensorInfo info = {.dtype = entry["dtype"].get<std::string>(),
                     .shape = entry["shape"].get<std::vector<std::uint64_t>>(),
                     .begin = data_begin + first,
                     .end = data_begin + last};
  const std::uint64_t element_bytes = ElementBytes(info.dtype);
  const std::uint64_t elements = NumElements(info.shape);
  const bool fits = elements <= data_bytes && elements * element_bytes == last - first;
  if (element_bytes != 0 && !fits) {
    RefuseTensor(path, name, fmt::format("{} bytes of data", last - first),
                 fmt::format("those of {} {}", info.dtype, ShapeText(info.shape)));
  }
  return info;
}

// The format wants the data to be covered exactly: no overlap, no gap, nothing behind.
void RequireExactCover(const std::filesystem::path& path,
                       const std::map<std::string, TensorInfo>& tensors, std::uint64_t data_begin,
                       std::uint64_t file_bytes) {
  std::vector<std::pair<std::string_view, const TensorInfo*>> ordered;
  ordered.reserve(tensors.size());
  for (const auto& [name, info] : tensors) ordered.emplace_back(name, &info);
  std::ranges::sort(ordered, {}, [](const auto& tensor) {
    return std::pair(tensor.second->begin, tensor.second->end);
  });
  std::uint64_t covered = data_begin;
  for (const auto& [name, info] : ordered) {
    if (info->begin != covered) {
      RefuseTensor(path, std::string(name),
                   fmt::format("data that {} the tensor before",
                               info->begin < covered ? "overlap" : "leave a gap after"),
                   "tensors one after the other");
    }
    covered = info->end;
  }
  if (covered != file_bytes) {
    RefuseFile(path, "", fmt::format("{} bytes", file_bytes),
               fmt::format("the {} that the header accounts for", covered));
  }
}

float FloatFromF16(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1Fu;
  const std::uint32_t mantissa = half & 0x3FFu;
  if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24, exactly
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t wide_exponent = exponent == 0x1Fu ? 0xFFu : exponent + (127 - 15);
  return std::bit_cast<float>(sign | (wide_exponent << 23) | (mantissa << 13));
}

float FloatFromBf16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

void ConvertInto(std::string_view dtype, const std::byte* bytes, std::span<float> values) {
  if (dtype == "F32") {
    std::memcpy(values.data(), bytes, values.size_bytes());
    return;
  }
  const auto convert = dtype == "F16" ? FloatFromF16 : FloatFromBf16;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, bytes + i * sizeof(bits), sizeof(bits));
    values[i] = convert(bits);
  }
}

// Drops the whole pages within the range from this process; the file still has them.
void ReleasePages(std::span<const std::byte> bytes) {
  const std::size_t page = ::sysconf(_SC_PAGESIZE);
  const std::size_t past_page = reinterpret_cast<std::uintptr_t>(bytes.data()) % page;
  const std::size_t skipped = past_page == 0 ? 0 : page - past_page;
  if (bytes.size() < skipped + page) return;
  const std::size_t whole_pages = (bytes.size() - skipped) / page * page;
  ::madvise(const_cast<std::byte*>(bytes.data()) + skipped, whole_pages, MADV_DONTNEED);
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : path_(path), file_(path) {
  const std::string_view text = HeaderText(path_, file_);
  const json header = ParseHeader(path_, text);
  const std::uint64_t data_begin = kLengthBytes + text.size();
  const std::uint64_t file_bytes = file_.bytes().size();
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      CheckMetadata(path_, entry);
      continue;
    }
    tensors_.emplace(name, ParseTensor(path_, name, entry, data_begin, file_bytes));
  }
  RequireExactCover(path_, tensors_, data_begin, file_bytes);
}

void SafetensorsFile::ReadInto(const std::string& name, std::span<float> values) const {
  constexpr std::size_t kElementsAtOnce = 1 << 20;  // elements between two releases of pages
  const TensorInfo& info = tensors_.at(name);
  if (info.dtype != "F32" && info.dtype != "F16" && info.dtype != "BF16") {
    RefuseTensor(path_, name, "type " + info.dtype, "F32, F16 or BF16");
  }
  const std::size_t element_bytes = ElementBytes(info.dtype);
  ZIPFLENS_CHECK(values.size() * element_bytes == info.end - info.begin);
  for (std::size_t first = 0; first < values.size(); first += kElementsAtOnce) {
    const std::span<float> chunk =
        values.subspan(first, std::min(kElementsAtOnce, values.size() - first));
    const std::span<const std::byte> bytes =
        file_.bytes().subspan(info.begin + first * element_bytes, chunk.size() * element_bytes);
    ConvertInto(info.dtype, bytes.data(), chunk);
    ReleasePages(bytes);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      if (std::isfinite(chunk[i])) continue;
      RefuseTensor(path_, name, fmt::format("{} at element {}", chunk[i], first + i),
                   "finite numbers");
    }
  }
}

std::string ShapeText(std::span<const std::uint64_t> shape) {
  return fmt::format("[{}]", fmt::join(shape.begin(), shape.end(), ", "));
}

}  // namespace zipflens
