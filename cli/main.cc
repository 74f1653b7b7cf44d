// zipflens: the program. Errors are caught here and turned into messages and exit codes.
#include <fmt/format.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/help_text.h"
#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/study/version.h"

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kInterrupted = 130;  // 128 + SIGINT, as shells expect

// The first signal asks the work to stop and clean up. A second one ends the process at once.
zipflens::StopFlag stop_flag;

extern "C" void OnSignal(int signal_number) {
  stop_flag.Request();
  std::signal(signal_number, SIG_DFL);
}

// Returns blocks of 1 MB or more to the system when they are freed. By default glibc raises that
// limit to up to 32 MB and keeps freed blocks in an arena per thread: a study of 512 sequences then
// took 30 to 300 MB more than it used, and a different amount in each run.
void ReturnFreedMemory() {
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

int Run(zipflens::cli::Invocation& invocation) {
  zipflens::cli::Terminal terminal(invocation.output);
  const zipflens::StopScope scope(&stop_flag);
  try {
    invocation.run(terminal);
    if (std::fflush(stdout) != 0) {
      throw zipflens::OutputError("standard output: cannot be written");
    }
    terminal.FinishLine();
    return kDone;
  } catch (const zipflens::UsageError& error) {
    terminal.ShowError(error.what());
    return kWrongUsage;
  } catch (const zipflens::InterruptedError&) {
    terminal.ShowError("interrupted; no result was written");
    return kInterrupted;
  } catch (const zipflens::Error& error) {
    terminal.ShowError(error.what());
    return kFailed;
  } catch (const std::bad_alloc&) {
    terminal.ShowError("out of memory");
    return kFailed;
  } catch (const std::filesystem::filesystem_error& error) {  // name too long, cycle of links
    terminal.ShowError(fmt::format("{}: {}", error.path1().string(), error.code().message()));
    return kFailed;
  } catch (const std::exception& error) {
    terminal.ShowError(
        fmt::format("{} (this is a bug in zipflens; please report it)", error.what()));
    return kFailed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, OnSignal);
  std::signal(SIGTERM, OnSignal);
  std::signal(SIGPIPE, SIG_IGN);
  ReturnFreedMemory();

  CLI::App app(
      "zipflens: how token frequency goes along with the attention of a BERT-family encoder",
      "zipflens");
  app.set_version_flag("--version", std::string("zipflens ") + zipflens::kVersion);
  zipflens::cli::SetHelpFormat(app);
  app.require_subcommand(1);
  app.footer(
      "Each command explains itself: zipflens study --help\n"
      "Example:\n  zipflens study --model data/all-minilm-l6-v2 --corpus "
      "data/wikipedia-sample.parquet --out my-study");
  zipflens::cli::Invocation invocation;
  zipflens::cli::Command program(app);
  zipflens::cli::AddStudyCommand(program, invocation);
  zipflens::cli::AddCountCommand(program, invocation);
  zipflens::cli::AddTokenizeCommand(program, invocation);
  zipflens::cli::AddCaptureCommand(program, invocation);
  zipflens::cli::AddFiguresCommand(program, invocation);
  zipflens::cli::AddModelCommand(program, invocation);
  zipflens::cli::AddInfoCommand(program, invocation);
  zipflens::cli::AddFetchCommand(program, invocation);
  zipflens::cli::AddCacheCommand(program, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 shows help, or reports a missing option, before it checks for unknown arguments.
    const std::string unknown = zipflens::cli::UnknownArgument(app);
    if (unknown.empty() && error.get_exit_code() == 0) return app.exit(error);
    zipflens::cli::Terminal(invocation.output)
        .ShowError(unknown.empty() ? fmt::format("{} (see --help)", error.what()) : unknown);
    return kWrongUsage;
  } catch (const zipflens::UsageError& error) {
    zipflens::cli::Terminal(invocation.output).ShowError(error.what());
    return kWrongUsage;
  }
  return Run(invocation);
}
