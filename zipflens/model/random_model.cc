#include "zipflens/model/random_model.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/numbers.h"
#include "zipflens/base/random_numbers.h"

namespace zipflens {
namespace {

struct KnownModel {
  std::string_view name;
  std::string_view alias;  // another published model of the same shape; may be empty
  std::size_t num_layers, hidden_size, num_heads, vocab_size;
  ModelFamily family = ModelFamily::kBert;
  std::size_t embedding_size = 0;  // 0 means the hidden size
};

constexpr std::size_t kUncased = 30522;
constexpr std::size_t kCased = 28996;
constexpr auto kDistilBert = ModelFamily::kDistilBert;
constexpr auto kElectra = ModelFamily::kElectra;
constexpr std::array kKnownModels = {
    KnownModel{"bert-tiny", "bert_uncased_L-2_H-128_A-2", 2, 128, 2, kUncased},
    KnownModel{"bert-mini", "bert_uncased_L-4_H-256_A-4", 4, 256, 4, kUncased},
    KnownModel{"bert-small", "bert_uncased_L-4_H-512_A-8", 4, 512, 8, kUncased},
    KnownModel{"bert-medium", "bert_uncased_L-8_H-512_A-8", 8, 512, 8, kUncased},
    KnownModel{"bert-base-uncased", "bert_uncased_L-12_H-768_A-12", 12, 768, 12, kUncased},
    KnownModel{"bert-base-cased", "", 12, 768, 12, kCased},
    KnownModel{"bert-large-uncased", "", 24, 1024, 16, kUncased},
    KnownModel{"bert-large-cased", "", 24, 1024, 16, kCased},
    KnownModel{"MiniLM-L6-H384-uncased", "all-MiniLM-L6-v2", 6, 384, 12, kUncased},
    KnownModel{"MiniLM-L12-H384-uncased", "all-MiniLM-L12-v2", 12, 384, 12, kUncased},
    KnownModel{"distilbert-base-uncased", "", 6, 768, 12, kUncased, kDistilBert},
    KnownModel{"distilbert-base-cased", "", 6, 768, 12, kCased, kDistilBert},
    KnownModel{"electra-small-discriminator", "", 12, 256, 4, kUncased, kElectra, 128},
    KnownModel{"electra-base-discriminator", "", 12, 768, 12, kUncased, kElectra, 768},
    KnownModel{"electra-large-discriminator", "", 24, 1024, 16, kUncased, kElectra, 1024},
};

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

enum class Fill { kNormal, kNormalButFirstRow, kZero, kOne };

struct RandomTensor {
  std::string name;
  std::vector<std::size_t> shape;
  Fill fill = Fill::kZero;

  std::size_t size() const {
    std::size_t product = 1;
    for (const std::size_t dimension : shape) product *= dimension;
    return product;
  }
};

void AppendNorm(std::vector<RandomTensor>& tensors, const std::string& module, std::size_t size) {
  tensors.push_back({module + ".weight", {size}, Fill::kOne});
  tensors.push_back({module + ".bias", {size}, Fill::kZero});
}

void AppendLinear(std::vector<RandomTensor>& tensors, const std::string& module, std::size_t out,
                  std::size_t in) {
  tensors.push_back({module + ".weight", {out, in}, Fill::kNormal});
  tensors.push_back({module + ".bias", {out}, Fill::kZero});
}

void AppendEmbeddings(std::vector<RandomTensor>& tensors, const ModelConfig& config) {
  const std::size_t width = config.embedding_width();
  const std::size_t hidden = config.hidden_size;
  const auto append = [&](const char* kind, std::size_t rows, Fill fill) {
    tensors.push_back({fmt::format("embeddings.{}_embeddings.weight", kind), {rows, width}, fill});
  };
  append("word", config.vocab_size, Fill::kNormalButFirstRow);
  append("position", config.max_position_embeddings, Fill::kNormal);
  if (config.type_vocab_size > 0) append("token_type", config.type_vocab_size, Fill::kNormal);
  AppendNorm(tensors, "embeddings.LayerNorm", width);
  if (width != hidden) AppendLinear(tensors, "embeddings_project", hidden, width);
}

// The tensors of transformers' BertModel, DistilBertModel or ElectraModel, in the order of the
// file: sorted by name.
std::vector<RandomTensor> ModelTensors(const ModelConfig& config) {
  const std::size_t E = config.hidden_size;
  const std::size_t I = config.intermediate_size;
  const FamilyNames& names = NamesOf(config.family);
  std::vector<RandomTensor> tensors;
  AppendEmbeddings(tensors, config);
  for (std::size_t layer_idx = 0; layer_idx < config.num_hidden_layers; ++layer_idx) {
    const auto module = [&](std::string_view name) {
      return LayerPrefix(names, layer_idx).append(name);
    };
    AppendLinear(tensors, module(names.layer.query), E, E);
    AppendLinear(tensors, module(names.layer.key), E, E);
    AppendLinear(tensors, module(names.layer.value), E, E);
    AppendLinear(tensors, module(names.layer.attention_output), E, E);
    AppendNorm(tensors, module(names.layer.attention_norm), E);
    AppendLinear(tensors, module(names.layer.intermediate), I, E);
    AppendLinear(tensors, module(names.layer.output), E, I);
    AppendNorm(tensors, module(names.layer.output_norm), E);
  }
  if (config.family == ModelFamily::kBert) AppendLinear(tensors, "pooler.dense", E, E);
  std::ranges::sort(tensors, {}, &RandomTensor::name);
  return tensors;
}

// The first bytes of the safetensors format: the length of the header and the header, padded with
// blanks so that the data is aligned.
std::string SafetensorsHeader(const std::vector<RandomTensor>& tensors) {
  nlohmann::json header = {{"__metadata__", {{"format", "pt"}}}};
  std::size_t offset = 0;
  for (const RandomTensor& tensor : tensors) {
    const std::size_t end = offset + tensor.size() * sizeof(float);
    header[tensor.name] = {
        {"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  std::string length;
  for (std::size_t byte = 0; byte < 8; ++byte) {
    length += static_cast<char>((text.size() >> (8 * byte)) & 0xFF);
  }
  return length + text;
}

// A file that is written piece by piece; every write is checked.
class OutputStream {
 public:
  explicit OutputStream(const std::filesystem::path& path)
      : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (file_ < 0) Refuse();
  }
  ~OutputStream() {
    if (file_ >= 0) ::close(file_);
  }
  OutputStream(const OutputStream&) = delete;
  OutputStream& operator=(const OutputStream&) = delete;

  void Write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) Refuse();
      bytes = bytes.subspan(written);
    }
  }

  void Close() {
    if (::close(std::exchange(file_, -1)) != 0) Refuse();
  }

 private:
  [[noreturn]] void Refuse() const {
    throw OutputError(fmt::format("{}: cannot write: {}", path_.string(), ErrnoText(errno)));
  }

  std::filesystem::path path_;
  int file_;
};

// FNV-1a; gives each tensor its own stream of random numbers.
std::uint64_t HashOfName(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char character : name) {
    hash = (hash ^ ByteOf(character)) * 0x100000001B3;
  }
  return hash;
}

// Draws elements first .. first + values.size() - 1 of a tensor. `first` is a multiple of 4.
void FillNormal(std::uint64_t seed, std::uint64_t stream, double deviation, std::size_t first,
                std::span<float> values) {
  const auto low = [](std::uint64_t bits) { return static_cast<std::uint32_t>(bits); };
  const auto high = [](std::uint64_t bits) { return static_cast<std::uint32_t>(bits >> 32); };
  for (std::size_t i = 0; i < values.size(); i += 4) {
    const std::uint64_t block = (first + i) / 4;
    const std::array<std::uint32_t, 4> bits =
        Philox4x32({low(block), high(block), low(stream), high(stream)}, {low(seed), high(seed)});
    for (std::size_t k = 0; k < std::min<std::size_t>(4, values.size() - i); ++k) {
      values[i + k] = static_cast<float>(NormalFromBits(bits[k]) * deviation);
    }
  }
}

void WriteTensor(const RandomTensor& tensor, const ModelConfig& config, std::uint64_t seed,
                 OutputStream& out) {
  constexpr std::size_t kElementsAtOnce = 1 << 18;  // elements in memory at a time
  std::vector<float> values;
  for (std::size_t first = 0; first < tensor.size(); first += kElementsAtOnce) {
    ThrowIfInterrupted();
    values.assign(std::min(kElementsAtOnce, tensor.size() - first),
                  tensor.fill == Fill::kOne ? 1.0f : 0.0f);
    if (tensor.fill == Fill::kNormal || tensor.fill == Fill::kNormalButFirstRow) {
      FillNormal(seed, HashOfName(tensor.name), config.initializer_range, first, values);
    }
    if (tensor.fill == Fill::kNormalButFirstRow && first < tensor.shape[1]) {
      const std::size_t zeros = std::min(values.size(), tensor.shape[1] - first);
      std::ranges::fill(std::span(values).first(zeros), 0.0f);
    }
    out.Write(std::as_bytes(std::span(values)));
  }
}

}  // namespace

std::vector<std::string> KnownModelNames() {
  std::vector<std::string> names;
  for (const KnownModel& model : kKnownModels) {
    names.emplace_back(model.name);
    if (!model.alias.empty()) names.emplace_back(model.alias);
  }
  return names;
}

ModelConfig KnownModelConfig(const std::string& name) {
  const std::string_view without_owner = std::string_view(name).substr(name.rfind('/') + 1);
  for (const KnownModel& model : kKnownModels) {
    const bool is_alias = !model.alias.empty() && EqualIgnoringCase(without_owner, model.alias);
    if (!is_alias && !EqualIgnoringCase(without_owner, model.name)) continue;
    ModelConfig config;
    config.family = model.family;
    config.vocab_size = model.vocab_size;
    config.num_hidden_layers = model.num_layers;
    config.num_attention_heads = model.num_heads;
    config.hidden_size = model.hidden_size;
    config.embedding_size = model.embedding_size;
    config.intermediate_size = 4 * model.hidden_size;
    if (model.family == ModelFamily::kDistilBert) config.type_vocab_size = 0;
    config.max_position_embeddings = 512;
    return config;
  }
  std::string known;
  for (const std::string& known_name : KnownModelNames()) {
    known += (known.empty() ? "" : ", ") + known_name;
  }
  throw UsageError(fmt::format("unknown model \"{}\"; known: {}", name, known));
}

void WriteRandomModel(const ModelConfig& config, std::uint64_t seed,
                      const std::filesystem::path& model_dir) {
  WriteFileOrThrow(model_dir / "config.json", ModelConfigJson(config));
  const std::vector<RandomTensor> tensors = ModelTensors(config);
  OutputStream out(model_dir / "model.safetensors");
  const std::string header = SafetensorsHeader(tensors);
  out.Write(std::as_bytes(std::span(header)));
  for (const RandomTensor& tensor : tensors) WriteTensor(tensor, config, seed, out);
  out.Close();
}

}  // namespace zipflens
