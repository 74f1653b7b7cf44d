// The parser of the command line: a small interface to CLI11. Only command_line.cc, help_text.cc
// and main.cc include CLI11 itself, because a file that includes it takes ten seconds to compile.
#pragma once

#include <cstddef>
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

/// Checks the text of an option's value and converts it.
class ValueRule {
 public:
  /// Checks a value's text, and may replace it. Returns what is wrong ("found X; expected Y"), or
  /// an empty string.
  using Function = std::function<std::string(std::string& text)>;

  /// `kind`: what --help shows in place of the value, such as "stop|replace"; if empty, that does
  /// not change.
  ValueRule(std::string kind, Function apply) : kind_(std::move(kind)), apply_(std::move(apply)) {}

  const std::string& kind() const { return kind_; }
  const Function& apply() const { return apply_; }

 private:
  std::string kind_;
  Function apply_;
};

enum class LetterCase { kMatters, kIgnored };

/// The value is one of `words`.
ValueRule IsMember(std::vector<std::string> words);
/// The value is a number from `least` to `most`.
ValueRule Range(double least, double most);
/// The value is a number of at least 0.
ValueRule NonNegativeNumber();
/// The value is a number of bytes below 2^64, such as 1000, 500MB or 2GiB. kB, MB, GB and TB are
/// powers of 1000; KiB, MiB, GiB and TiB are powers of 1024. Upper and lower case are the same.
ValueRule AsSizeValue();
/// The value is one of the words in `numbers`, and is replaced by the word's number.
ValueRule CheckedTransformer(const std::map<std::string, int>& numbers, LetterCase letter_case);

/// The same for the values of an enum.
template <typename Enum>
requires std::is_enum_v<Enum> ValueRule CheckedTransformer(
    const std::map<std::string, Enum>& values, LetterCase letter_case = LetterCase::kMatters) {
  std::map<std::string, int> numbers;
  for (const auto& [word, value] : values) numbers.emplace(word, static_cast<int>(value));
  return CheckedTransformer(numbers, letter_case);
}

// NOLINTBEGIN(readability-identifier-naming): functions are named as those of CLI11 that do this.

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

/// A command, or the program itself. It owns its options and its subcommands.
class Command {
 public:
  explicit Command(CLI::App& app) : app_(&app) {}

  Command* add_subcommand(const std::string& name, const std::string& description);
  void require_subcommand(int number);

  /// Sets the heading in --help of the options that are added after this call.
  void group(const std::string& heading);

  /// Adds an option that sets `value`, which must live as long as the parser. The text of a number
  /// must be a plain decimal in the range of T: no minus sign for an unsigned T, no fraction for an
  /// integer T, no overflow, no nan. command_line.cc lists the types that T can be; any other type
  /// fails to link.
  template <typename T>
  Option* add_option(const std::string& name, T& value, const std::string& description);
  /// Adds an option for a size or a number of things, and shows its value as the default. The text
  /// must be a whole number in the range of int, as for int. A negative number is a UsageError with
  /// `expected` ("a positive number").
  Option* add_size(const std::string& name, std::size_t& value, const std::string& expected,
                   const std::string& description);
  template <typename T>
  Option* add_option_function(const std::string& name, const std::function<void(const T&)>& take,
                              const std::string& description);
  Option* add_flag(const std::string& name, bool& value, const std::string& description);

  /// Sets the function that is called after this command and all its options were read.
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
