// zipflens count: token counts of a corpus, alone.
#include <fmt/format.h>

#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/study_text.h"
#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/study/count_corpus.h"
#include "zipflens/study/count_file.h"
#include "zipflens/study/hub_names.h"
#include "zipflens/study/study_inputs.h"

namespace zipflens::cli {
namespace {

struct CountArguments {
  StudyConfig config;
  std::filesystem::path out;
  bool force = false;
  std::size_t num_top = 20;
  std::filesystem::path checkpoint;
  double checkpoint_seconds = 10;
};

nlohmann::ordered_json CountJson(const CountArguments& arguments, const CountResult& result,
                                 const Tokenizer& tokenizer) {
  const CorpusPass& pass = result.pass;
  nlohmann::ordered_json top = nlohmann::ordered_json::array();
  for (const std::int32_t id : MostFrequent(pass.counts, arguments.num_top)) {
    top.push_back({{"id", id},
                   {"token", tokenizer.Token(id)},
                   {"count", pass.counts.counts[static_cast<std::size_t>(id)]}});
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
  if (arguments.config.target_tokens == 0) {
    throw UsageError("--target-tokens: found 0; expected a positive number");
  }
  const std::size_t table_bytes = ResolveTableBytes(arguments.config.table_bytes);
  TerminalObserver observer(terminal);
  StudyConfig config = WithLocalPaths(arguments.config, ModelPart::kTokenizer, observer);
  config.corpus_options.title_column.clear();  // nobody asks for titles, so none is read
  const Tokenizer tokenizer = Tokenizer::Load(config.model_dir);
  const auto corpus = OpenCorpus(config.corpus_paths, config.corpus_options);
  AtomicOutput file(
      arguments.out, AtomicOutput::Kind::kFile,
      arguments.force ? AtomicOutput::Existing::kReplace : AtomicOutput::Existing::kRefuse);
  const CountResult result = CountCorpus(*corpus, tokenizer,
                                         {.target_tokens = config.target_tokens,
                                          .num_threads = ResolveThreads(config.num_threads),
                                          .memory_budget = table_bytes,
                                          .checkpoint = arguments.checkpoint,
                                          .checkpoint_seconds = arguments.checkpoint_seconds,
                                          .corpus_options = config.corpus_options},
                                         observer);
  const CorpusPass& pass = result.pass;
  for (const std::string& warning : ReadingWarnings(result.report)) {
    observer.OnMessage("warning: " + warning);
  }
  WriteCountFile(file.temporary_path(), file.final_path(), tokenizer, pass.counts,
                 config.smoothing);
  file.Commit();
  if (!arguments.checkpoint.empty()) std::filesystem::remove(arguments.checkpoint);
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
  arguments->config.target_tokens = std::numeric_limits<std::uint64_t>::max();
  Command* command =
      app.add_subcommand("count", "Token counts only, as Parquet, CSV or JSON Lines");
  AddInputOptions(*command, arguments->config);
  command->group("Output");
  command->add_option("--out", arguments->out, "File ending in .parquet, .csv or .jsonl")
      ->required();
  command->add_flag("--force", arguments->force, "Replace --out where it exists");
  command->group("Input");
  command->add_option("--target-tokens", arguments->config.target_tokens,
                      "Count documents up to so many tokens; default: all documents");
  command->group("Output");
  command->add_option("--top", arguments->num_top, "Most frequent tokens to show")
      ->capture_default_str();
  command->add_option("--checkpoint", arguments->checkpoint,
                      "File from which the count goes on where it was interrupted; removed at the "
                      "end");
  command
      ->add_option("--checkpoint-seconds", arguments->checkpoint_seconds,
                   "Seconds between two checkpoints")
      ->check(NonNegativeNumber())
      ->capture_default_str();
  AddThreadsOption(*command, arguments->config.num_threads);
  AddMemoryOption(*command, arguments->config.table_bytes);
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
