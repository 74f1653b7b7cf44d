// The commands of the program: each function adds a command or a group of options to the parser.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/terminal.h"
#include "zipflens/study/study_options.h"

namespace zipflens::cli {

/// The result of parsing: what the named command will do, and how it shows its output.
struct Invocation {
  OutputOptions output;
  std::function<void(Terminal& terminal)> run;
};

void AddStudyCommand(Command& app, Invocation& invocation);
void AddCountCommand(Command& app, Invocation& invocation);
void AddTokenizeCommand(Command& app, Invocation& invocation);
void AddCaptureCommand(Command& app, Invocation& invocation);
void AddFiguresCommand(Command& app, Invocation& invocation);
void AddModelCommand(Command& app, Invocation& invocation);
void AddInfoCommand(Command& app, Invocation& invocation);
void AddFetchCommand(Command& app, Invocation& invocation);
void AddCacheCommand(Command& app, Invocation& invocation);

/// --quiet and --json.
void AddOutputOptions(Command& command, OutputOptions& output);

/// --text-column, --format, --skip-bad-lines, --invalid-utf8: how a corpus is read.
void AddCorpusOptions(Command& command, CorpusOptions& options);

/// --model, --corpus, the options of AddCorpusOptions and those of AddHubOptions.
void AddInputOptions(Command& command, InputOptions& inputs);

/// --revision, --corpus-revision, --offline.
void AddHubOptions(Command& command, HubOptions& hub);

/// --threads.
void AddThreadsOption(Command& command, std::size_t& num_threads);

/// --memory.
void AddMemoryOption(Command& command, std::uint64_t& table_bytes);

/// The options that decide the batch and the layers: --sequences, --sequence-length, --allow-fewer,
/// --layers, --smoothing, --target-tokens, --seed, --threads, --memory.
void AddBatchOptions(Command& command, BatchOptions& batch);

/// Returns the layers in a list such as "0,2,4-6". Throws UsageError if it is not such a list.
std::vector<int> ParseLayerList(const std::string& text);

/// Sets the example at the end of a command's --help.
void SetExample(Command& command, const std::string& example);

}  // namespace zipflens::cli
