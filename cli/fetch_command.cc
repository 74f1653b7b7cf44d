// zipflens fetch: fetches the files of a model or data set on the hub into the cache.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/hub_text.h"
#include "zipflens/base/error.h"
#include "zipflens/base/safe_text.h"

namespace zipflens::cli {
namespace {

struct FetchArguments {
  std::string name;
  HubOptions hub;
};

void RunFetchCommand(const FetchArguments& arguments, const OutputOptions& output,
                     Terminal& terminal) {
  TerminalObserver observer(terminal);
  const std::optional<FetchPlan> found =
      PlanHubName(arguments.name, Freshness::kAskHub, arguments.hub, observer);
  if (!found) {
    throw UsageError(fmt::format(
        "{}: found a local path, or a name that the hub cannot have; expected a model or a "
        "data set on the hub",
        arguments.name));
  }
  const FetchPlan& plan = *found;
  FetchPlanned(plan, arguments.hub, observer);
  terminal.FinishLine();
  if (output.json) {
    PrintJson(PlanJson(plan));
    return;
  }
  PrintText(fmt::format("{}: {} files, {} ({} fetched), in {}\n", plan.repo.id, plan.files.size(),
                        SizeText(plan.bytes_needed()), SizeText(plan.bytes_to_fetch()),
                        SafeText(plan.snapshot.string())));
}

}  // namespace

void AddFetchCommand(Command& app, Invocation& invocation) {
  auto arguments = std::make_shared<FetchArguments>();
  Command* command =
      app.add_subcommand("fetch", "Fetch a model or a data set of the hub into the shared cache");
  command
      ->add_option("NAME", arguments->name,
                   "A model (google-bert/bert-base-uncased) or a data set "
                   "(wikimedia/wikipedia:20231101.en:train[:1%])")
      ->required();
  AddHubOptions(*command, arguments->hub);
  AddOutputOptions(*command, invocation.output);
  SetExample(*command, "zipflens fetch google-bert/bert-large-uncased");
  command->callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation](Terminal& terminal) {
      RunFetchCommand(*arguments, invocation.output, terminal);
    };
  });
}

}  // namespace zipflens::cli
