// For utf8_against_python_test.py: reads bytes as hexadecimal digits, one text per line. Answers
// each text with the offset of the first invalid byte and the code points before it; with the
// argument "replace", with the number of replacements and the code points of the whole text.
#include <cstddef>
#include <iostream>
#include <string>

#include "zipflens/base/utf8.h"

int main(int argc, char**) {
  const bool replaces = argc > 1;
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    std::string text;
    for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
      text.push_back(static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16)));
    }
    if (replaces) {
      std::string replaced;
      std::cout << zipflens::AppendWithReplacements(text, replaced) << ' ';
      text = replaced;
    }
    const std::size_t num_valid = zipflens::FirstInvalidUtf8(text);
    std::cout << num_valid;
    for (std::size_t offset = 0; offset < num_valid;) {
      std::cout << ' ' << static_cast<unsigned>(zipflens::NextCodePoint(text, offset));
    }
    std::cout << '\n';
  }
}
