// zipflens tokenize: prints token ids, one JSON array per document, each on its own line.
#include <fmt/format.h>

#include <cstdio>
#include <iterator>
#include <memory>

#include "cli/commands.h"
#include "cli/hub_text.h"
#include "zipflens/base/error.h"
#include "zipflens/counting/tokenize_documents.h"
#include "zipflens/study/study_inputs.h"

namespace zipflens::cli {
namespace {

struct TokenizeArguments {
  std::filesystem::path model;
  DocumentSources sources;
  HubOptions hub;
};

void RunTokenizeCommand(const TokenizeArguments& arguments, Terminal& terminal) {
  DocumentSources sources = arguments.sources;
  if (sources.corpus.empty() && sources.files.empty()) sources.files = {"-"};
  TerminalObserver observer(terminal);
  const std::filesystem::path model =
      LocalModelFolder(arguments.model, ModelPart::kTokenizer, arguments.hub, observer);
  sources.corpus = LocalCorpusPaths(sources.corpus, arguments.hub, observer);
  std::string line;
  const auto print = [&line](std::span<const std::int32_t> ids) {
    line.clear();
    fmt::format_to(std::back_inserter(line), "[{}]\n", fmt::join(ids, ", "));
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) {
      throw OutputError("standard output: cannot be written");
    }
  };
  const CorpusReport report = TokenizeDocuments(model, sources, print);
  for (const std::string& warning : ReadingWarnings(report)) {
    terminal.ShowMessage("warning: " + warning);
  }
}

}  // namespace

void AddTokenizeCommand(Command& app, Invocation& invocation) {
  auto arguments = std::make_shared<TokenizeArguments>();
  Command* command = app.add_subcommand(
      "tokenize", "Print the token ids of each document, as one JSON array per line");
  command->group("Input");
  command
      ->add_option("--model", arguments->model,
                   "Model folder (tokenizer.json or vocab.txt), or a name of the hub")
      ->required();
  auto* files =
      command->add_option("FILE", arguments->sources.files,
                          "Text files with one document per line; - is standard input (default)");
  command
      ->add_option("--corpus", arguments->sources.corpus,
                   "A corpus to read instead: .parquet, .jsonl or .txt")
      ->excludes(files);
  AddCorpusOptions(*command, arguments->sources.corpus_options);
  AddHubOptions(*command, arguments->hub);
  AddOutputOptions(*command, invocation.output);
  SetExample(*command, "echo 'Zipf was here.' | zipflens tokenize --model data/all-minilm-l6-v2");
  command->callback([arguments, &invocation] {
    invocation.run = [arguments](Terminal& terminal) { RunTokenizeCommand(*arguments, terminal); };
  });
}

}  // namespace zipflens::cli
