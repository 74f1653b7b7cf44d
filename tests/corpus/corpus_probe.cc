// For against_pyarrow_test.py: writes each document of the named corpora as a JSON array of index,
// title and text, one per line. On an error it writes the message to standard error and exits with
// code 1. Options come first: --skip-bad-lines; --no-titles; --text=COLUMN; --title=COLUMN;
// --row-ranges, which writes only the texts, read by row ranges.
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/corpus/corpus.h"

namespace {

void PrintTexts(zipflens::CorpusReader& reader) {
  while (const auto row_range = reader.NextRowRange()) {
    for (std::string_view text; row_range->NextText(text);)
      std::cout << nlohmann::json(text) << '\n';
  }
}

void PrintDocuments(zipflens::CorpusReader& reader) {
  while (const auto document = reader.Next()) {
    std::cout << nlohmann::json::array({document->index, document->title, document->text}) << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    zipflens::CorpusOptions options;
    bool by_row_ranges = false;
    std::vector<std::string> paths;
    for (int i = 1; i < argc; ++i) {
      const std::string argument = argv[i];
      if (argument == "--row-ranges") {
        by_row_ranges = true;
      } else if (argument == "--skip-bad-lines") {
        options.skip_bad_lines = true;
      } else if (argument == "--no-titles") {
        options.title_column.clear();
      } else if (argument.starts_with("--text=")) {
        options.text_column = argument.substr(argument.find('=') + 1);
      } else if (argument.starts_with("--title=")) {
        options.title_column = argument.substr(argument.find('=') + 1);
      } else {
        paths.push_back(argument);
      }
    }
    if (by_row_ranges) options.title_column.clear();
    const auto reader = zipflens::OpenCorpus(paths, options);
    by_row_ranges ? PrintTexts(*reader) : PrintDocuments(*reader);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
