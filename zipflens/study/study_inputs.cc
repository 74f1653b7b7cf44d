#include "zipflens/study/study_inputs.h"

#include <fmt/format.h>

#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/base/model_files.h"
#include "zipflens/base/parallel.h"
#include "zipflens/hub/hub_names.h"

namespace zipflens {
namespace {

void RequirePositive(const char* option, std::uint64_t value) {
  if (value > 0) return;
  throw UsageError(fmt::format("{}: found {}; expected a positive number", option, value));
}

std::size_t ResolveSequenceLength(const InputOptions& inputs, std::size_t asked,
                                  const ModelConfig& model) {
  const std::size_t length = asked == 0 ? model.max_position_embeddings : asked;
  if (length == 1) {
    throw UsageError(
        "`sequence_length`: found 1; expected 2 or more, since position 0 is left out");
  }
  if (length > model.max_position_embeddings) {
    throw InputError({.source = (inputs.model / kModelConfigFile).string(),
                      .place = "max_position_embeddings",
                      .found = std::to_string(model.max_position_embeddings),
                      .expected = fmt::format("at least `sequence_length` {}", length)});
  }
  return length;
}

}  // namespace

InputOptions WithLocalPaths(const InputOptions& inputs, ModelPart part,
                            ProgressObserver& observer) {
  return {.model = LocalModelFolder(inputs.model, part, inputs.hub, observer),
          .corpus = LocalCorpusPaths(inputs.corpus, inputs.hub, observer),
          .corpus_options = inputs.corpus_options,
          .hub = inputs.hub};
}

std::size_t ResolveThreads(std::size_t asked) { return asked == 0 ? AvailableThreads() : asked; }

std::size_t ResolveTableBytes(std::uint64_t asked) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 50;  // an unsigned -1 is larger, too
  if (asked == 0 || asked > kMaxBytes) {
    throw UsageError("`table_bytes`: found no size of a table; expected bytes, as 1GB");
  }
  return asked;
}

StudyInputs OpenStudyInputs(const InputOptions& inputs, const BatchOptions& batch) {
  ResolveTableBytes(batch.table_bytes);
  RequirePositive("`target_tokens`", batch.target_tokens);
  RequirePositive("`num_sequences`", batch.num_sequences);
  const ModelConfig model = LoadModelConfig(inputs.model / kModelConfigFile);
  const std::size_t sequence_length = ResolveSequenceLength(inputs, batch.sequence_length, model);
  Tokenizer tokenizer = Tokenizer::Load(inputs.model);
  auto corpus = OpenCorpus(inputs.corpus, inputs.corpus_options);
  return {model, std::move(tokenizer), std::move(corpus), sequence_length,
          ResolveThreads(batch.num_threads)};
}

void RequireEmbeddings(const Batch& batch, const Tokenizer& tokenizer, const ModelConfig& model) {
  for (std::size_t i = 0; i < batch.token_ids.size(); ++i) {
    const std::int32_t id = batch.token_ids[i];
    if (std::cmp_less(id, model.vocab_size)) continue;
    const std::size_t length = batch.sequence_length;
    throw InputError(
        {.source = tokenizer.source().string(),
         .place = fmt::format("sequence {} of the batch (document {}), position {}", i / length,
                              batch.documents[i / length], i % length),
         .found = fmt::format("token \"{}\" with id {}", tokenizer.Token(id), id),
         .expected = fmt::format("ids below {}, the vocab_size in config.json, which is the number "
                                 "of embedding rows",
                                 model.vocab_size)});
  }
}

std::vector<std::string> ReadingWarnings(const CorpusReader& corpus, const CorpusPass& pass) {
  CorpusReport report = pass.report;
  report.Append(corpus.report());
  return ReadingWarnings(report);
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

}  // namespace zipflens
