// For against_pyarrow_test.py: writes each document of the corpora named as a JSON array of index,
// title and text, a line each; an error as its message on standard error and exit code 1. With
// --stretches first: the texts alone, as stretches give them.
#include <cstring>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "zipflens/corpus/corpus.h"

int main(int argc, char** argv) {
  try {
    if (argc > 1 && std::strcmp(argv[1], "--stretches") == 0) {
      const auto reader = zipflens::OpenCorpus({argv + 2, argv + argc}, {.title_column = ""});
      while (const auto stretch = reader->NextStretch()) {
        for (std::string_view text; stretch->NextText(text);) {
          std::cout << nlohmann::json(text) << '\n';
        }
      }
      return 0;
    }
    const auto reader = zipflens::OpenCorpus({argv + 1, argv + argc}, {});
    while (const auto document = reader->Next()) {
      std::cout << nlohmann::json::array({document->index, document->title, document->text})
                << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
