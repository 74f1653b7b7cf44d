// zipflens tokenize: ids, a JSON array a line, one line a document.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "cli/commands.h"
#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/utf8.h"
#include "zipflens/corpus/corpus.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens::cli {
namespace {

struct TokenizeArguments {
  std::filesystem::path model;
  std::vector<std::string> files;  // "-": standard input
  std::vector<std::string> corpus;
  std::string text_column = "text";
};

/// Tokenizes documents and prints them.
class IdPrinter {
 public:
  explicit IdPrinter(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  void Print(std::string_view text) {
    ThrowIfInterrupted();
    ids_.clear();
    tokenizer_.EncodeInto(text, ids_);
    line_.clear();
    fmt::format_to(std::back_inserter(line_), "[{}]\n", fmt::join(ids_, ", "));
    if (std::fwrite(line_.data(), 1, line_.size(), stdout) != line_.size()) {
      throw OutputError("standard output: cannot be written");
    }
  }

 private:
  const Tokenizer& tokenizer_;
  std::vector<std::int32_t> ids_;
  std::string line_;
};

void PrintLines(std::istream& input, const std::string& name, IdPrinter& printer) {
  std::string line;
  for (std::size_t line_number = 1; std::getline(input, line); ++line_number) {
    const std::size_t bad = FirstInvalidUtf8(line);
    if (bad < line.size()) {
      throw InputError(
          {.source = name,
           .place = fmt::format("line {}, byte {}", line_number, bad),
           .found = fmt::format("byte 0x{:02X}", static_cast<unsigned char>(line[bad])),
           .expected = "UTF-8"});
    }
    printer.Print(line);
  }
  if (input.bad()) {
    throw InputError({.source = name, .found = "an error while reading", .expected = "text"});
  }
}

void RunTokenizeCommand(const TokenizeArguments& arguments) {
  const Tokenizer tokenizer = Tokenizer::Load(arguments.model);
  IdPrinter printer(tokenizer);
  if (!arguments.corpus.empty()) {
    const auto corpus = OpenCorpus(arguments.corpus, {.text_column = arguments.text_column});
    while (const auto document = corpus->Next()) printer.Print(document->text);
    return;
  }
  const std::vector<std::string> standard_input = {"-"};
  for (const std::string& file : arguments.files.empty() ? standard_input : arguments.files) {
    if (file == "-") {
      PrintLines(std::cin, "standard input", printer);
      continue;
    }
    std::ifstream input(file, std::ios::binary);
    if (!input || std::filesystem::is_directory(file)) {
      throw InputError(
          {.source = file,
           .found = std::filesystem::exists(file) ? "a folder or unreadable" : "nothing",
           .expected = "a readable text file"});
    }
    PrintLines(input, file, printer);
  }
}

}  // namespace

void AddTokenizeCommand(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<TokenizeArguments>();
  CLI::App* command =
      app.add_subcommand("tokenize", "Token ids, a JSON array a line, one line a document");
  command->add_option("--model", arguments->model, "Model folder: tokenizer.json or vocab.txt")
      ->required();
  auto* files = command->add_option("FILE", arguments->files,
                                    "Text files, a document a line; -: standard input (default)");
  command
      ->add_option("--corpus", arguments->corpus,
                   "Documents of a corpus instead: .parquet, .jsonl or .txt")
      ->excludes(files);
  command
      ->add_option("--text-column", arguments->text_column, "Column or field that holds the text")
      ->capture_default_str();
  AddOutputOptions(*command, invocation.output);
  SetExample(*command, "echo 'Zipf was here.' | zipflens tokenize --model data/all-minilm-l6-v2");
  command->callback([arguments, &invocation] {
    invocation.run = [arguments](Terminal&) { RunTokenizeCommand(*arguments); };
  });
}

}  // namespace zipflens::cli
