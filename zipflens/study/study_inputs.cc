#include "zipflens/study/study_inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "zipflens/base/error.h"
#include "zipflens/base/parallel.h"

namespace zipflens {
namespace {

void RequirePositive(const char* option, std::int64_t value) {
  if (value > 0) return;
  throw UsageError(fmt::format("{}: found {}; expected a positive number", option, value));
}

int ResolveSequenceLength(const StudyConfig& config, const ModelConfig& model) {
  const int length =
      config.sequence_length == 0 ? model.max_position_embeddings : config.sequence_length;
  RequirePositive("--sequence-length", length);
  if (length == 1) {
    throw UsageError(
        "--sequence-length: found 1; expected 2 or more, since position 0 is left out");
  }
  if (length > model.max_position_embeddings) {
    throw InputError({.source = (config.model_dir / "config.json").string(),
                      .place = "max_position_embeddings",
                      .found = std::to_string(model.max_position_embeddings),
                      .expected = fmt::format("at least --sequence-length {}", length)});
  }
  return length;
}

void RequireSameVocabulary(const Tokenizer& tokenizer, const StudyConfig& config,
                           const ModelConfig& model) {
  if (tokenizer.vocab_size() == static_cast<std::size_t>(model.vocab_size)) return;
  throw InputError({.source = tokenizer.source().string(),
                    .place = "vocabulary",
                    .found = fmt::format("{} tokens", tokenizer.vocab_size()),
                    .expected = fmt::format("{}, the vocab_size of {}", model.vocab_size,
                                            (config.model_dir / "config.json").string())});
}

}  // namespace

int ResolveThreads(int asked) {
  if (asked < 0) {
    throw UsageError(
        fmt::format("--threads: found {}; expected a positive number, or 0 for all", asked));
  }
  return asked == 0 ? static_cast<int>(AvailableThreads()) : asked;
}

std::size_t ResolveTableBytes(std::uint64_t asked) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 50;  // -1 is more, too
  if (asked == 0 || asked > kMaxBytes) {
    throw UsageError("--memory: found no size of a table; expected bytes, as 1GB");
  }
  return asked;
}

StudyInputs OpenStudyInputs(const StudyConfig& config) {
  ResolveTableBytes(config.table_bytes);
  RequirePositive("--target-tokens", static_cast<std::int64_t>(config.target_tokens));
  RequirePositive("--sequences", config.num_sequences);
  RequirePositive("--bins", config.num_bins);
  const ModelConfig model = LoadModelConfig(config.model_dir / "config.json");
  const int sequence_length = ResolveSequenceLength(config, model);
  Tokenizer tokenizer = Tokenizer::Load(config.model_dir);
  RequireSameVocabulary(tokenizer, config, model);
  auto corpus = OpenCorpus(config.corpus_paths, config.corpus_options);
  return {model, std::move(tokenizer), std::move(corpus), sequence_length,
          ResolveThreads(config.num_threads)};
}

std::vector<std::string> ReadingWarnings(const CorpusReport& report) {
  std::vector<std::string> warnings = report.notes;
  if (report.num_bad_lines > 0) {
    warnings.push_back(fmt::format("{} bad lines were left out, the first: {}",
                                   report.num_bad_lines, report.first_bad_line));
  }
  if (report.num_replacements > 0) {
    warnings.push_back(fmt::format("{} times U+FFFD was put in place of bytes that are not UTF-8",
                                   report.num_replacements));
  }
  return warnings;
}

std::vector<std::filesystem::path> ModelFiles(const std::filesystem::path& model_dir) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(model_dir)) {
    const std::string name = entry.path().filename().string();
    const bool decides = name == "config.json" || name == "tokenizer.json" ||
                         name == "tokenizer_config.json" || name == "vocab.txt" ||
                         entry.path().extension() == ".safetensors" ||
                         name == "model.safetensors.index.json";
    if (decides && entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace zipflens
