// The commands of the program; each adds itself to the parser and says what to run.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/terminal.h"
#include "zipflens/study/study_options.h"

namespace zipflens::cli {

/// What the parser found: the work of the command that was named.
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

/// --model, --corpus, and how it is read.
void AddInputOptions(Command& command, InputOptions& inputs);

/// --offline, and --revision of the model.
void AddHubOptions(Command& command, HubOptions& hub);

/// --threads, with the range it takes.
void AddThreadsOption(Command& command, int& num_threads);

/// --memory.
void AddMemoryOption(Command& command, std::uint64_t& table_bytes);

/// --sequences, --sequence-length, --allow-fewer, --layers, --smoothing, --target-tokens, ...: what
/// decides a batch and the layers to look at.
void AddBatchOptions(Command& command, BatchOptions& batch);

/// "0,2,4-6" as numbers; throws UsageError.
std::vector<int> ParseLayerList(const std::string& text);

/// A command's example, shown at the end of its --help.
void SetExample(Command& command, const std::string& example);

}  // namespace zipflens::cli
