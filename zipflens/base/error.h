// The errors that zipflens throws. Bad input is met where it is read; only cli/ catches errors.
#pragma once

#include <stdexcept>
#include <string>

namespace zipflens {

/// Base class of everything that is thrown on purpose. what() is a sentence for the user. The
/// program ends with exit code 1, unless a derived class says otherwise.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message) : std::runtime_error(message) {}
};

/// What is wrong with an input, in the four parts that a user needs. The message leaves out empty
/// parts.
struct Problem {
  std::string source = {};    // the file, folder or option
  std::string place = {};     // where in it: "row 17, column text", "byte 12"
  std::string found = {};     // what is there
  std::string expected = {};  // what should be there
};

/// Bad input: "source: place: found X; expected Y".
class InputError : public Error {
 public:
  explicit InputError(const Problem& problem);
};

/// A result that could not be written: disk full, no permission, an output that already exists.
class OutputError : public Error {
 public:
  using Error::Error;
};

/// Options that make no sense, alone or together. The program ends with exit code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// The run was interrupted (Ctrl-C).
class InterruptedError : public Error {
 public:
  InterruptedError() : Error("interrupted") {}
};

/// The text of an errno value, for messages: "No such file or directory".
std::string ErrnoText(int error_number);

}  // namespace zipflens
