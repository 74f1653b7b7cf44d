// The commands of the program; each adds itself to the parser and says what to run.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "cli/terminal.h"
#include "zipflens/study/study_config.h"

namespace zipflens::cli {

/// What the parser found: the work of the command that was named.
struct Invocation {
  OutputOptions output;
  std::function<void(Terminal& terminal)> run;
};

void AddStudyCommand(CLI::App& app, Invocation& invocation);
void AddCountCommand(CLI::App& app, Invocation& invocation);
void AddTokenizeCommand(CLI::App& app, Invocation& invocation);
void AddCaptureCommand(CLI::App& app, Invocation& invocation);
void AddFiguresCommand(CLI::App& app, Invocation& invocation);
void AddModelCommand(CLI::App& app, Invocation& invocation);
void AddInfoCommand(CLI::App& app, Invocation& invocation);
void AddFetchCommand(CLI::App& app, Invocation& invocation);
void AddCacheCommand(CLI::App& app, Invocation& invocation);

/// --quiet and --json.
void AddOutputOptions(CLI::App& command, OutputOptions& output);

/// --text-column, --format, --skip-bad-lines, --invalid-utf8: how a corpus is read.
void AddCorpusOptions(CLI::App& command, CorpusOptions& options);

/// --model, --corpus, and how it is read.
void AddInputOptions(CLI::App& command, StudyConfig& config);

/// --offline, and --revision of the model.
void AddHubOptions(CLI::App& command, HubOptions& hub);

/// --threads, with the range it takes.
void AddThreadsOption(CLI::App& command, int& num_threads);

/// --memory.
void AddMemoryOption(CLI::App& command, std::uint64_t& table_bytes);

/// --sequences, --sequence-length, --allow-fewer, --layers, --smoothing, --target-tokens, ...: what
/// decides a batch and the layers to look at.
void AddBatchOptions(CLI::App& command, StudyConfig& config);

/// "0,2,4-6" as numbers; throws UsageError.
std::vector<int> ParseLayerList(const std::string& text);

/// A command's example, shown at the end of its --help.
void SetExample(CLI::App& command, const std::string& example);

}  // namespace zipflens::cli
