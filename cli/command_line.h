// The parser of the command line: a small interface to CLI11, which is compiled in command_line.cc,
// help_text.cc and main.cc alone. A file that includes CLI11 takes ten seconds to compile.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the name of the library
class App;
class Option;
}  // namespace CLI

namespace zipflens::cli {

/// What the text of an option must be, and what it is turned into.
class ValueRule {
 public:
  /// Looks at a value's text, and may replace it; returns what is wrong ("found X; expected Y"), or
  /// an empty text.
  using Function = std::function<std::string(std::string& text)>;

  /// `kind`: what --help shows in the value's place, such as "stop|replace"; empty: leaves it.
  ValueRule(std::string kind, Function apply) : kind_(std::move(kind)), apply_(std::move(apply)) {}

  const std::string& kind() const { return kind_; }
  const Function& apply() const { return apply_; }

 private:
  std::string kind_;
  Function apply_;
};

enum class LetterCase { kMatters, kIgnored };

/// One of these words.
ValueRule IsMember(std::vector<std::string> words);
/// A number from `least` to `most`.
ValueRule Range(double least, double most);
/// A number that is not below 0.
ValueRule NonNegativeNumber();
/// A number of bytes such as 1000, 500MB or 2GiB, below 2^64: kB, MB, GB and TB are powers of 1000,
/// KiB to TiB of 1024, whatever the case of the letters.
ValueRule AsSizeValue();
/// One of these words, each of which stands for a number.
ValueRule CheckedTransformer(const std::map<std::string, int>& numbers, LetterCase letter_case);

/// The same for the values of an enumeration.
template <typename Enum>
requires std::is_enum_v<Enum> ValueRule CheckedTransformer(
    const std::map<std::string, Enum>& values, LetterCase letter_case = LetterCase::kMatters) {
  std::map<std::string, int> numbers;
  for (const auto& [word, value] : values) numbers.emplace(word, static_cast<int>(value));
  return CheckedTransformer(numbers, letter_case);
}

// NOLINTBEGIN(readability-identifier-naming): the names of CLI11's functions, which do the same.

/// An option of a command. Each function returns the option itself.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(&option) {}

  Option* required();
  Option* capture_default_str();
  Option* default_str(const std::string& text);
  Option* delimiter(char separator);
  Option* check(const ValueRule& rule);
  Option* transform(const ValueRule& rule);
  Option* excludes(Option* other);
  Option* group(const std::string& heading);

 private:
  CLI::Option* option_;
};

/// A command, or the program itself. It owns its options and its own commands.
class Command {
 public:
  explicit Command(CLI::App& app) : app_(&app) {}

  Command* add_subcommand(const std::string& name, const std::string& description);
  void require_subcommand(int number);

  /// Options that are added from now on stand under this heading in --help.
  void group(const std::string& heading);

  /// `value` must live as long as the parser. Of a number, the text must be a plain decimal within
  /// the range of T: no sign where T has none, no overflow, no fraction of a whole number, no nan.
  /// command_line.cc lists the types that T may be; a type
  /// that is missing there is an undefined symbol for the linker.
  template <typename T>
  Option* add_option(const std::string& name, T& value, const std::string& description);
  template <typename T>
  Option* add_option_function(const std::string& name, const std::function<void(const T&)>& take,
                              const std::string& description);
  Option* add_flag(const std::string& name, bool& value, const std::string& description);

  /// Called when the command was found and all of its options were read.
  void callback(std::function<void()> run);
  void footer(const std::string& text);

 private:
  Option* Keep(CLI::Option* option);

  CLI::App* app_;
  std::string heading_;
  std::deque<Option> options_;
  std::deque<Command> commands_;
};

// NOLINTEND(readability-identifier-naming)

}  // namespace zipflens::cli
