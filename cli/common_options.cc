// The options that several commands share.
#include <fmt/format.h>

#include <charconv>
#include <map>

#include "cli/commands.h"
#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"

namespace zipflens::cli {
namespace {

int ParseLayer(std::string_view text, const std::string& whole) {
  int layer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), layer);
  if (error != std::errc() || end != text.data() + text.size() || layer < 0) {
    throw UsageError(fmt::format("--layers: found \"{}\"; expected layers such as 0,3,6-8", whole));
  }
  return layer;
}

}  // namespace

std::vector<int> ParseLayerList(const std::string& text) {
  std::vector<int> layers;
  std::string_view rest = text;
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string_view item = rest.substr(0, comma);
    const std::size_t dash = item.find('-');
    const int first = ParseLayer(item.substr(0, dash), text);
    const int last =
        dash == std::string_view::npos ? first : ParseLayer(item.substr(dash + 1), text);
    // The range is checked before it is expanded; no model has so many layers.
    constexpr int kMostLayers = 10'000;
    if (last < first || last - first > kMostLayers) {
      throw UsageError(
          fmt::format("--layers: found \"{}\"; expected ascending ranges such as 6-8", text));
    }
    for (int layer = first; layer <= last; ++layer) layers.push_back(layer);
    if (comma == std::string_view::npos) return layers;
    rest.remove_prefix(comma + 1);
  }
}

void AddOutputOptions(Command& command, OutputOptions& output) {
  command.group("Output");
  command.add_flag("--quiet", output.quiet, "Show no progress and no messages");
  command.add_flag("--json", output.json, "Print results as JSON on standard output, for scripts");
}

void AddCorpusOptions(Command& command, CorpusOptions& options) {
  command.group("Input");
  command
      .add_option(
          "--text-column,--text-field", options.text_column,
          "Column (Parquet) or field (JSON Lines; a path such as data.body is possible) that holds "
          "the text")
      ->capture_default_str();
  command
      .add_option("--format", options.format,
                  "Format of the files, whatever their endings; required for standard input")
      ->check(IsMember({"parquet", "jsonl", "text"}));
  command.add_flag(
      "--skip-bad-lines", options.skip_bad_lines,
      "Leave out bad lines (or rows) and count them, instead of stopping at the first");
  static const std::map<std::string, InvalidUtf8Text> policies = {
      {"stop", InvalidUtf8Text::kStop}, {"replace", InvalidUtf8Text::kReplace}};
  command
      .add_option("--invalid-utf8", options.invalid_utf8,
                  "What to do with bytes that are not UTF-8: stop, or replace them by U+FFFD")
      ->transform(CheckedTransformer(policies, LetterCase::kIgnored))
      ->default_str("stop");
  command
      .add_option(
          "--max-document", options.max_document_bytes,
          "Most bytes of a document's text or of a line (500kB, 64MB); a longer one is bad. This "
          "bounds the memory that a compressed file can take")
      ->transform(AsSizeValue())
      ->check(Range(1, Real(kMostDocumentBytes)))
      ->default_str("64MB");
}

void AddInputOptions(Command& command, InputOptions& inputs) {
  command.group("Input");
  command
      .add_option(
          "--model", inputs.model,
          "Model folder (config.json, model.safetensors, tokenizer.json or vocab.txt), or a "
          "name of the hub: google-bert/bert-base-uncased")
      ->required();
  command
      .add_option(
          "--corpus", inputs.corpus,
          "Files, globs or folders of .parquet, .jsonl or .txt (also .gz, .zst, .bz2), splits "
          "such as FOLDER:train[:1%], a data set of the hub (wikimedia/wikipedia:20231101.en:"
          "train[:1%]), or - (standard input)")
      ->required();
  AddCorpusOptions(command, inputs.corpus_options);
  AddHubOptions(command, inputs.hub);
}

void AddHubOptions(Command& command, HubOptions& hub) {
  command.group("Input");
  command.add_option("--revision", hub.revision, "Branch, tag or commit of a model on the hub")
      ->capture_default_str();
  command
      .add_option("--corpus-revision", hub.corpus_revision,
                  "Branch, tag or commit of a data set on the hub")
      ->capture_default_str();
  command.add_flag(
      "--offline", hub.offline,
      "Open no connection; take names of the hub from the cache (as HF_HUB_OFFLINE=1)");
}

void AddThreadsOption(Command& command, std::size_t& num_threads) {
  command.group("Machine");
  command.add_size("--threads", num_threads, "a positive number, or 0 for all",
                   "Number of threads; 0 means all. Results do not depend on it");
}

void AddMemoryOption(Command& command, std::uint64_t& table_bytes) {
  command.group("Machine");
  command
      .add_option(
          "--memory", table_bytes,
          "Most memory for the tables of distinct text chunks while tokens are counted, for all "
          "threads together (500MB, 2GB). Chunks that do not fit are tokenized again. Results "
          "do not depend on it")
      ->transform(AsSizeValue())
      ->default_str("1GB");
}

void AddBatchOptions(Command& command, BatchOptions& batch) {
  command.group("Batch");
  command
      .add_option("--target-tokens", batch.target_tokens,
                  "Count documents until their tokens reach this number")
      ->capture_default_str();
  command.add_size("--sequences", batch.num_sequences, "a positive number",
                   "Number of sequences in the batch");
  command.add_size("--sequence-length", batch.sequence_length, "a positive number",
                   "Tokens per sequence; 0 means the model's maximum");
  static const std::map<std::string, BatchChoice> choices = {{"first", BatchChoice::kFirst},
                                                             {"random", BatchChoice::kRandom}};
  command
      .add_option("--batch", batch.batch_choice,
                  "Sequences of the batch: the first tokens of the first documents that are long "
                  "enough (first), or a random stretch of random documents among those counted "
                  "(random; see --seed)")
      ->transform(CheckedTransformer(choices))
      ->default_str("first");
  command.add_flag("--allow-fewer", batch.allow_fewer,
                   "Go on if fewer documents than --sequences are long enough");
  command.add_option_function<std::string>(
      "--layers", [&batch](const std::string& text) { batch.layers = ParseLayerList(text); },
      "Layers to study, counted from 0, such as 0,3,6-8; default: all");
  command.group("Statistics");
  static const std::map<std::string, Smoothing> smoothings = {{"exclude", Smoothing::kExclude},
                                                              {"laplace", Smoothing::kLaplace},
                                                              {"error", Smoothing::kError}};
  command
      .add_option(
          "--smoothing", batch.smoothing,
          "Batch tokens that were never counted: leave them out (exclude), give them a proportion "
          "by (c+1)/(N+V) (laplace), or stop (error)")
      ->transform(CheckedTransformer(smoothings, LetterCase::kIgnored))
      ->default_str("exclude");
  command.add_option("--seed", batch.seed, "Seed of all random numbers; recorded in study.json")
      ->capture_default_str();
  AddThreadsOption(command, batch.num_threads);
  AddMemoryOption(command, batch.table_bytes);
}

void SetExample(Command& command, const std::string& example) {
  command.footer("Example:\n  " + example);
}

}  // namespace zipflens::cli
