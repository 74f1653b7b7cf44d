#include "cli/help_text.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "zipflens/base/near_names.h"

namespace zipflens::cli {
namespace {

constexpr std::size_t kDescriptionColumn = 32;
constexpr std::size_t kLineLength = 100;

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return "";
    const bool is_list = option->get_expected_max() == CLI::detail::expected_max_vector_size;
    return " " + option->get_type_name() + (is_list ? " ..." : "");
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    std::string text = option->get_description();
    if (option->get_required()) text += " (required)";
    if (!option->get_default_str().empty()) {
      text += fmt::format(" (default: {})", option->get_default_str());
    }
    for (const CLI::Option* other : option->get_excludes()) {
      text += fmt::format(" (not with {})", other->get_name());
    }
    return text;
  }

  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    std::string line = "  " + make_option_name(option, is_positional) + make_option_opts(option);
    if (line.size() + 1 < kDescriptionColumn) {
      line.resize(kDescriptionColumn, ' ');
    } else {
      line += "\n" + std::string(kDescriptionColumn, ' ');
    }
    return line + Wrapped(make_option_desc(option), kDescriptionColumn, kLineLength) + "\n";
  }
};

// The innermost command that was named on the command line.
const CLI::App& NamedCommand(const CLI::App& app) {
  const std::vector<const CLI::App*> named =
      app.get_subcommands([](const CLI::App* command) { return command->parsed(); });
  return named.empty() ? app : NamedCommand(*named.back());
}

std::vector<std::string> OptionNames(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

}  // namespace

std::string Wrapped(const std::string& text, std::size_t indent, std::size_t length) {
  std::string wrapped;
  std::size_t column = indent;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (column > indent && column + 1 + word.size() > length) {
      wrapped += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      wrapped += ' ';
      ++column;
    }
    wrapped += word;
    column += word.size();
    begin = end + 1;
  }
  return wrapped;
}

void SetHelpFormat(CLI::App& app) { app.formatter(std::make_shared<HelpFormatter>()); }

std::string UnknownArgument(const CLI::App& app) {
  constexpr std::size_t kMostShown = 3;
  const std::vector<std::string> unknown = app.remaining(/*recurse=*/true);
  if (unknown.empty()) return "";
  const CLI::App& command = NamedCommand(app);
  const std::string name = unknown.front().substr(0, unknown.front().find('='));
  if (name.starts_with('-')) {
    return fmt::format(
        "unknown option \"{}\"{}; {} --help lists the options", name,
        NearText(NearestNames(name, OptionNames(command), kMostShown)),
        command.get_parent() == nullptr ? "zipflens" : "zipflens " + command.get_name());
  }
  std::vector<std::string> names;
  for (const CLI::App* each : command.get_subcommands({})) names.push_back(each->get_name());
  if (names.empty()) return fmt::format("\"{}\" is neither an option nor the value of one", name);
  return fmt::format("unknown command \"{}\"{}; zipflens --help lists the commands", name,
                     NearText(NearestNames(name, std::move(names), kMostShown)));
}

}  // namespace zipflens::cli
