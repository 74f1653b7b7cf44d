#include "cli/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "zipflens/base/ascii_case.h"
#include "zipflens/base/error.h"
#include "zipflens/study/study_options.h"

namespace zipflens::cli {

namespace {

std::string Wrong(const std::string& found, const std::string& expected) {
  return fmt::format("found \"{}\"; expected {}", found, expected);
}

// "a, b or c".
std::string OneOf(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  }
  return text;
}

template <typename T>
bool ReadNumber(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// Without this check CLI11 reads "-1" as 2^64 - 1, "010" as 8, and 2^64 as 2^64 - 1.
template <typename T>
std::string CheckedNumber(const std::string& text) {
  T value = 0;
  if constexpr (std::is_integral_v<T>) {
    constexpr T kLeast = std::numeric_limits<T>::min();
    constexpr T kMost = std::numeric_limits<T>::max();
    if (ReadNumber(text, value)) return "";
    return Wrong(text, fmt::format("a whole number from {} to {}", kLeast, kMost));
  } else {
    return ReadNumber(text, value) && std::isfinite(value) ? "" : Wrong(text, "a number");
  }
}

template <typename T>
struct NumberOf {
  using Type = T;
};
template <typename T>
struct NumberOf<std::optional<T>> {
  using Type = T;
};

const std::map<std::string, std::uint64_t>& SizeUnits() {
  static const std::map<std::string, std::uint64_t> units = {{"", 1},
                                                             {"b", 1},
                                                             {"kb", 1'000},
                                                             {"mb", 1'000'000},
                                                             {"gb", 1'000'000'000},
                                                             {"tb", 1'000'000'000'000},
                                                             {"kib", std::uint64_t{1} << 10},
                                                             {"mib", std::uint64_t{1} << 20},
                                                             {"gib", std::uint64_t{1} << 30},
                                                             {"tib", std::uint64_t{1} << 40}};
  return units;
}

}  // namespace

ValueRule IsMember(std::vector<std::string> words) {
  const std::string kind = fmt::format("{}", fmt::join(words, "|"));
  return {kind, [words = std::move(words)](const std::string& text) {
            const bool is_member = std::ranges::find(words, text) != words.end();
            return is_member ? std::string() : Wrong(text, OneOf(words));
          }};
}

ValueRule Range(double least, double most) {
  return {"", [least, most](const std::string& text) {
            double value = 0;
            const bool is_within = ReadNumber(text, value) && value >= least && value <= most;
            return is_within ? std::string()
                             : Wrong(text, fmt::format("a number from {} to {}", least, most));
          }};
}

ValueRule NonNegativeNumber() {
  return {"", [](const std::string& text) {
            double value = 0;
            const bool fits = ReadNumber(text, value) && value >= 0;
            return fits ? std::string() : Wrong(text, "a number of at least 0");
          }};
}

ValueRule AsSizeValue() {
  return {"BYTES", [](std::string& text) {
            const std::size_t num_digits =
                std::min(text.find_first_not_of("0123456789"), text.size());
            const auto factor = SizeUnits().find(AsciiLower(text.substr(num_digits)));
            std::uint64_t value = 0;
            const bool fits = factor != SizeUnits().end() &&
                              ReadNumber(std::string_view(text).substr(0, num_digits), value) &&
                              !__builtin_mul_overflow(value, factor->second, &value);
            if (!fits) return Wrong(text, "bytes below 2^64, such as 1000, 500MB or 2GiB");
            text = std::to_string(value);
            return std::string();
          }};
}

ValueRule CheckedTransformer(const std::map<std::string, int>& numbers, LetterCase letter_case) {
  std::vector<std::string> words;
  words.reserve(numbers.size());
  for (const auto& [word, number] : numbers) words.push_back(word);
  const std::string kind = fmt::format("{}", fmt::join(words, "|"));
  return {kind, [numbers, words, letter_case](std::string& text) {
            const bool folds = letter_case == LetterCase::kIgnored;
            const auto found = numbers.find(folds ? AsciiLower(text) : text);
            if (found == numbers.end()) return Wrong(text, OneOf(words));
            text = std::to_string(found->second);
            return std::string();
          }};
}

Option* Option::required() {
  option_->required();
  return this;
}

Option* Option::capture_default_str() {
  option_->capture_default_str();
  return this;
}

Option* Option::default_str(const std::string& text) {
  option_->default_str(text);
  return this;
}

Option* Option::delimiter(char separator) {
  option_->delimiter(separator);
  return this;
}

// CLI11 would append the rule's own description to the kind of value.
Option* Option::check(const ValueRule& rule) {
  option_->check(CLI::Validator(rule.apply(), "", ""));
  if (!rule.kind().empty()) option_->type_name(rule.kind());
  return this;
}

Option* Option::transform(const ValueRule& rule) {
  option_->transform(CLI::Validator(rule.apply(), "", ""));
  if (!rule.kind().empty()) option_->type_name(rule.kind());
  return this;
}

Option* Option::excludes(Option* other) {
  option_->excludes(other->option_);
  return this;
}

Option* Option::group(const std::string& heading) {
  option_->group(heading);
  return this;
}

Command* Command::add_subcommand(const std::string& name, const std::string& description) {
  return &commands_.emplace_back(*app_->add_subcommand(name, description));
}

void Command::require_subcommand(int number) { app_->require_subcommand(number); }

template <typename T>
Option* Command::add_option(const std::string& name, T& value, const std::string& description) {
  using Number = typename NumberOf<T>::Type;
  CLI::Option* option = app_->add_option(name, value, description);
  if constexpr (std::is_arithmetic_v<Number>) {
    option->type_name(std::is_integral_v<Number> ? "N" : "X");
    option->check(
        CLI::Validator([](std::string& text) { return CheckedNumber<Number>(text); }, "", ""));
  } else {
    option->type_name(std::is_same_v<T, std::filesystem::path> ? "PATH" : "TEXT");
  }
  return Keep(option);
}

Option* Command::add_size(const std::string& name, std::size_t& value, const std::string& expected,
                          const std::string& description) {
  const auto take = [&value, name, expected](const int& number) {
    if (number < 0) {
      throw UsageError(fmt::format("{}: found {}; expected {}", name, number, expected));
    }
    value = number;
  };
  CLI::Option* option = app_->add_option_function<int>(name, take, description);
  option->type_name("N")->default_str(std::to_string(value));
  option->check(CLI::Validator([](std::string& text) { return CheckedNumber<int>(text); }, "", ""));
  return Keep(option);
}

template <typename T>
Option* Command::add_option_function(const std::string& name,
                                     const std::function<void(const T&)>& take,
                                     const std::string& description) {
  return Keep(app_->add_option_function<T>(name, take, description)->type_name("TEXT"));
}

Option* Command::add_flag(const std::string& name, bool& value, const std::string& description) {
  return Keep(app_->add_flag(name, value, description));
}

void Command::callback(std::function<void()> run) { app_->callback(std::move(run)); }

void Command::footer(const std::string& text) { app_->footer(text); }

void Command::group(const std::string& heading) { heading_ = heading; }

Option* Command::Keep(CLI::Option* option) {
  if (!heading_.empty() && !option->get_positional()) option->group(heading_);
  return &options_.emplace_back(*option);
}

using Description = const std::string&;  // short names for the instances below
using Name = const std::string&;
using Strings = std::vector<std::string>;
template Option* Command::add_option(Name, std::string&, Description);
template Option* Command::add_option(Name, Strings&, Description);
template Option* Command::add_option(Name, std::filesystem::path&, Description);
template Option* Command::add_option(Name, int&, Description);
template Option* Command::add_option(Name, std::optional<int>&, Description);
template Option* Command::add_option(Name, std::uint64_t&, Description);
template Option* Command::add_option(Name, double&, Description);
template Option* Command::add_option(Name, InvalidUtf8Text&, Description);
template Option* Command::add_option(Name, NullKind&, Description);
template Option* Command::add_option(Name, Smoothing&, Description);
template Option* Command::add_option(Name, BatchChoice&, Description);
template Option* Command::add_option_function(Name, const std::function<void(const std::string&)>&,
                                              Description);
template Option* Command::add_option_function(Name, const std::function<void(const Strings&)>&,
                                              Description);

}  // namespace zipflens::cli
