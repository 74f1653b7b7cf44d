// The texts of the parser: --help, and the message for an unknown argument; lines of limited
// length.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): the name of the library
class App;
class FormatterBase;
}  // namespace CLI

namespace zipflens::cli {

/// Breaks `text` at spaces into lines of at most `length` characters. Indents all but the first.
std::string Wrapped(const std::string& text, std::size_t indent, std::size_t length);

/// Sets the layout of --help for `app` and for commands that are added after this call. Options
/// stand under their headings, with the kind of value (choices as words), the description, the
/// default, and whether the option is required. Lines have at most 100 characters.
void SetHelpFormat(CLI::App& app);

/// Returns a message that names the first argument that is not a command, an option or a value,
/// with the nearest commands or options. Returns an empty string if there is no such argument. Call
/// it after parsing, also if parsing failed.
std::string UnknownArgument(const CLI::App& app);

}  // namespace zipflens::cli
