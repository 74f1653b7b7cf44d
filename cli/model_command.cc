// zipflens model random: writes a model folder of a given shape with random weights.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "zipflens/base/atomic_output.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/study/random_model_folder.h"

namespace zipflens::cli {
namespace {

struct RandomModelArguments {
  std::string like;
  std::uint64_t seed = 0;
  std::filesystem::path tokenizer;  // folder to copy the vocabulary from; if empty, none is copied
  std::filesystem::path out;
  bool force = false;
};

void RunRandomModelCommand(const RandomModelArguments& arguments, const OutputOptions& output) {
  const ModelConfig config = ModelConfigLike(arguments.like);
  AtomicOutput folder(
      arguments.out, AtomicOutput::Kind::kFolder,
      arguments.force ? AtomicOutput::Existing::kReplace : AtomicOutput::Existing::kRefuse);
  WriteRandomModelFolder(config, arguments.seed, arguments.tokenizer, folder.temporary_path());
  folder.Commit();
  const std::string place = folder.final_path().string();
  if (output.json) {
    PrintJson(nlohmann::ordered_json{{"folder", place}});
    return;
  }
  PrintText(fmt::format("Model: {} ({} layers, {} wide, {} heads, seed {})\n", SafeText(place),
                        config.num_hidden_layers, config.hidden_size, config.num_attention_heads,
                        arguments.seed));
  if (arguments.tokenizer.empty()) {
    PrintText(
        "The folder has no vocabulary; --tokenizer MODEL copies one, for study and capture.\n");
  }
}

}  // namespace

void AddModelCommand(Command& app, Invocation& invocation) {
  auto arguments = std::make_shared<RandomModelArguments>();
  Command* command = app.add_subcommand("model", "Make models");
  command->require_subcommand(1);
  Command* random = command->add_subcommand(
      "random", "Write a model folder of a given shape with seeded random weights");
  random->group("Input");
  random
      ->add_option("--like", arguments->like,
                   fmt::format("Shape: a config.json, a model folder, or one of {}",
                               fmt::join(KnownModelNames(), ", ")))
      ->required();
  random
      ->add_option("--seed", arguments->seed,
                   "Seed of the weights; the same seed gives the same bytes")
      ->capture_default_str();
  random->add_option("--tokenizer", arguments->tokenizer,
                     "Model folder to copy the vocabulary from");
  random->group("Output");
  random->add_option("--out", arguments->out, "Folder for the model; must not exist")->required();
  random->add_flag("--force", arguments->force, "Replace --out if it exists");
  AddOutputOptions(*random, invocation.output);
  SetExample(
      *random,
      "zipflens model random --like bert-tiny --tokenizer data/all-minilm-l6-v2 --out random");
  random->callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation](Terminal&) {
      RunRandomModelCommand(*arguments, invocation.output);
    };
  });
}

}  // namespace zipflens::cli
