// For folders_against_datasets_test.py: reads names of corpora, one per line, and answers each with
// its texts as a JSON array on one line, or with {"error": MESSAGE}.
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "zipflens/corpus/corpus.h"

int main() {
  for (std::string name; std::getline(std::cin, name);) {
    nlohmann::json answer = nlohmann::json::array();
    try {
      const auto reader = zipflens::OpenCorpus({name}, {.title_column = ""});
      while (const auto document = reader->Next()) answer.push_back(document->text);
    } catch (const std::exception& error) {
      answer = {{"error", error.what()}};
    }
    std::cout << answer.dump() << std::endl;
  }
}
