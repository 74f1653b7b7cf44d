// zipflens capture: writes the tensors themselves, as .npy files.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "zipflens/base/atomic_output.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/study/capture.h"

namespace zipflens::cli {
namespace {

struct CaptureArguments {
  CaptureOptions options;
  std::filesystem::path out;
  bool force = false;
};

void RunCaptureCommand(const CaptureArguments& arguments, const OutputOptions& output,
                       Terminal& terminal) {
  AtomicOutput folder(
      arguments.out, AtomicOutput::Kind::kFolder,
      arguments.force ? AtomicOutput::Existing::kReplace : AtomicOutput::Existing::kRefuse);
  TerminalObserver<StudyObserver> observer(terminal);
  RunCapture(arguments.options, folder.temporary_path(), observer);
  folder.Commit();
  terminal.FinishLine();
  const std::string place = folder.final_path().string();
  if (output.json) {
    PrintJson(nlohmann::ordered_json{{"folder", place}});
  } else {
    PrintText(fmt::format("Capture: {}\n", SafeText(place)));
  }
}

}  // namespace

void AddCaptureCommand(Command& app, Invocation& invocation) {
  auto arguments = std::make_shared<CaptureArguments>();
  Command* command = app.add_subcommand(
      "capture", "Write mean scores and norms of attention outputs as .npy files");
  AddInputOptions(*command, arguments->options);
  command->group("Output");
  command->add_option("--out", arguments->out, "Folder for the arrays; must not exist")->required();
  command->add_flag("--force", arguments->force, "Replace --out if it exists");
  command->add_flag("--head-scores", arguments->options.head_scores,
                    "Also write the scores of every head: 4 B H S S bytes per layer");
  command->add_flag("--attention-outputs", arguments->options.attention_outputs,
                    "Also write the attention outputs, whose norms are taken");
  AddBatchOptions(*command, arguments->options);
  AddOutputOptions(*command, invocation.output);
  SetExample(
      *command,
      "zipflens capture --model data/all-minilm-l6-v2 --corpus data/wikipedia-sample.parquet "
      "--sequences 2 --layers 3 --head-scores --out arrays");
  command->callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation](Terminal& terminal) {
      RunCaptureCommand(*arguments, invocation.output, terminal);
    };
  });
}

}  // namespace zipflens::cli
