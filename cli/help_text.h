// What the parser says: --help, and what is wrong with a command line.
#pragma once

#include <memory>
#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): the name of the library
class App;
class FormatterBase;
}  // namespace CLI

namespace zipflens::cli {

/// Makes --help of commands that are added from now on: options under their headings with the kind
/// of value (choices as words), then the description, the default and what the option needs, in
/// lines of at most 100 characters.
void SetHelpFormat(CLI::App& app);

/// After parsing, or when it failed: names the first argument that is no command, option or value,
/// and the commands or options nearest to it. Empty if there is none.
std::string UnknownArgument(const CLI::App& app);

}  // namespace zipflens::cli
