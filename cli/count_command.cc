// zipflens count: counts the tokens of a corpus, without running a model.
#include <fmt/format.h>

#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/study_text.h"
#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/counting/count_corpus.h"
#include "zipflens/counting/count_file.h"
#include "zipflens/hub/hub_names.h"
#include "zipflens/study/study_inputs.h"

namespace zipflens::cli {
namespace {

struct CountArguments {
  InputOptions inputs;
  CountOptions options;
  std::size_t num_threads = 0;
  std::filesystem::path out;
  bool force = false;
  std::size_t num_top = 20;
};

nlohmann::ordered_json CountJson(const CountArguments& arguments, const CountResult& result,
                                 const Tokenizer& tokenizer) {
  const CorpusPass& pass = result.pass;
  nlohmann::ordered_json top = nlohmann::ordered_json::array();
  for (const std::int32_t id : MostFrequent(pass.counts, arguments.num_top)) {
    top.push_back({{"id", id}, {"token", tokenizer.Token(id)}, {"count", pass.counts.counts[id]}});
  }
  return {{"file", arguments.out.string()},
          {"documents", pass.documents_counted},
          {"tokens", pass.counts.total},
          {"bad_lines", result.report.num_bad_lines},
          {"replacements", result.report.num_replacements},
          {"vocabulary_sha256", tokenizer.vocabulary_sha256()},
          {"most_frequent", std::move(top)}};
}

void RunCountCommand(const CountArguments& arguments, const OutputOptions& output,
                     Terminal& terminal) {
  RequireCountFileEnding(arguments.out);
  if (arguments.options.target_tokens == 0) {
    throw UsageError("`target_tokens`: found 0; expected a positive number");
  }
  TerminalObserver observer(terminal);
  const InputOptions inputs = WithLocalPaths(arguments.inputs, ModelPart::kTokenizer, observer);
  CountOptions options = arguments.options;
  options.memory_budget = ResolveTableBytes(options.memory_budget);
  options.num_threads = ResolveThreads(arguments.num_threads);
  options.corpus_options = inputs.corpus_options;
  options.corpus_options.title_column.clear();  // titles are not used here, so none are read
  const Tokenizer tokenizer = Tokenizer::Load(inputs.model);
  const auto corpus = OpenCorpus(inputs.corpus, options.corpus_options);
  AtomicOutput file(
      arguments.out, AtomicOutput::Kind::kFile,
      arguments.force ? AtomicOutput::Existing::kReplace : AtomicOutput::Existing::kRefuse);
  const CountResult result = CountCorpus(*corpus, tokenizer, options, observer);
  const CorpusPass& pass = result.pass;
  for (const std::string& warning : ReadingWarnings(result.report)) {
    observer.OnMessage("warning: " + warning);
  }
  WriteCountFile(file.temporary_path(), file.final_path(), tokenizer, pass.counts,
                 Smoothing::kExclude);
  file.Commit();
  if (!options.checkpoint.empty()) std::filesystem::remove(options.checkpoint);
  terminal.FinishLine();
  if (output.json) {
    PrintJson(CountJson(arguments, result, tokenizer));
  } else {
    PrintText(fmt::format("{}Counts: {}\n", CountsText(pass, tokenizer, arguments.num_top),
                          SafeText(file.final_path().string())));
  }
}

}  // namespace

void AddCountCommand(Command& app, Invocation& invocation) {
  auto arguments = std::make_shared<CountArguments>();
  Command* command =
      app.add_subcommand("count", "Count tokens only; write Parquet, CSV or JSON Lines");
  AddInputOptions(*command, arguments->inputs);
  command->group("Output");
  command->add_option("--out", arguments->out, "File to write, ending in .parquet, .csv or .jsonl")
      ->required();
  command->add_flag("--force", arguments->force, "Replace --out if it exists");
  command->group("Input");
  command->add_option(
      "--target-tokens", arguments->options.target_tokens,
      "Count documents until their tokens reach this number; default: all documents");
  command->group("Output");
  command->add_option("--top", arguments->num_top, "How many of the most frequent tokens to show")
      ->capture_default_str();
  command->add_option(
      "--checkpoint", arguments->options.checkpoint,
      "File that records how far the count is; an interrupted count goes on from it. "
      "Removed at the end");
  command
      ->add_option("--checkpoint-seconds", arguments->options.checkpoint_seconds,
                   "Seconds between two checkpoints")
      ->check(NonNegativeNumber())
      ->capture_default_str();
  AddThreadsOption(*command, arguments->num_threads);
  AddMemoryOption(*command, arguments->options.memory_budget);
  AddOutputOptions(*command, invocation.output);
  SetExample(*command,
             "zipflens count --model data/all-minilm-l6-v2 --corpus data/wikipedia-sample.parquet "
             "--out counts.csv");
  command->callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation](Terminal& terminal) {
      RunCountCommand(*arguments, invocation.output, terminal);
    };
  });
}

}  // namespace zipflens::cli
