// For splits_against_datasets_test.py: reads lines of a split expression, a tab and name=rows
// pairs, and answers each line with its ranges, "train 0 10 test 5 7", or with "error: " and the
// message.
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "zipflens/base/error.h"
#include "zipflens/corpus/split_expression.h"

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t tab = line.find('\t');
    std::map<std::string, std::uint64_t> rows_of;
    std::istringstream pairs(line.substr(tab + 1));
    for (std::string pair; pairs >> pair;) {
      const std::size_t equals = pair.find('=');
      rows_of[pair.substr(0, equals)] = std::stoull(pair.substr(equals + 1));
    }
    std::ostringstream answer;
    try {
      const auto expression = zipflens::SplitExpression::Parse(line.substr(0, tab));
      const auto num_rows_of = [&rows_of](const std::string& split) {
        if (!rows_of.contains(split)) throw zipflens::Error("no split " + split);
        return rows_of[split];
      };
      for (const auto& [split, rows] : expression.Resolve(num_rows_of)) {
        answer << split << ' ' << rows.begin << ' ' << rows.end << ' ';
      }
    } catch (const zipflens::Error& error) {
      answer.str(std::string("error: ") + error.what());
    }
    std::cout << answer.str() << '\n';
  }
}
