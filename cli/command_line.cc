#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <utility>

#include "zipflens/study/study_config.h"

namespace zipflens::cli {

ValueRule::ValueRule(const CLI::Validator& rule)
    : rule_(std::make_shared<const CLI::Validator>(rule)) {}

ValueRule IsMember(std::vector<std::string> words) {
  return ValueRule(CLI::IsMember(std::move(words)));
}

ValueRule Range(double least, double most) { return ValueRule(CLI::Range(least, most)); }

ValueRule NonNegativeNumber() { return ValueRule(CLI::NonNegativeNumber); }

ValueRule AsSizeValue(bool kb_is_1000) { return ValueRule(CLI::AsSizeValue(kb_is_1000)); }

ValueRule CheckedTransformer(const std::map<std::string, int>& numbers, LetterCase letter_case) {
  return letter_case == LetterCase::kIgnored
             ? ValueRule(CLI::CheckedTransformer(numbers, CLI::ignore_case))
             : ValueRule(CLI::CheckedTransformer(numbers));
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

Option* Option::check(const ValueRule& rule) {
  option_->check(*rule.rule_);
  return this;
}

Option* Option::transform(const ValueRule& rule) {
  option_->transform(*rule.rule_);
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
  return Keep(app_->add_option(name, value, description));
}

template <typename T>
Option* Command::add_option_function(const std::string& name,
                                     const std::function<void(const T&)>& take,
                                     const std::string& description) {
  return Keep(app_->add_option_function<T>(name, take, description));
}

Option* Command::add_flag(const std::string& name, bool& value, const std::string& description) {
  return Keep(app_->add_flag(name, value, description));
}

void Command::callback(std::function<void()> run) { app_->callback(std::move(run)); }

void Command::footer(const std::string& text) { app_->footer(text); }

Option* Command::Keep(CLI::Option* option) { return &options_.emplace_back(*option); }

using Description = const std::string&;  // of the instances below
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
template Option* Command::add_option_function(Name, const std::function<void(const std::string&)>&,
                                              Description);
template Option* Command::add_option_function(Name, const std::function<void(const Strings&)>&,
                                              Description);

}  // namespace zipflens::cli
