// The errors that zipflens throws: bad input is met where it is read, and caught once, in cli/.
#pragma once

#include <stdexcept>
#include <string>

namespace zipflens {

/// Base of everything thrown on purpose. what() is a sentence for the user. A failed run: exit
/// code 1.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message) : std::runtime_error(message) {}
};

/// What is wrong with an input, in the four parts a user needs. Empty parts are left out of the
/// message.
struct Problem {
  std::string source = {};  // the file, folder or option
  std::string place =
      {};  // where in it: "row 17, column text", "tensor encoder.layer.0...", "byte 12"
  std::string found = {};     // what stands there
  std::string expected = {};  // what should stand there
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

/// Options that make no sense, alone or together. Exit code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// The run was told to stop (Ctrl-C).
class InterruptedError : public Error {
 public:
  InterruptedError() : Error("interrupted") {}
};

/// Text of the current errno value, for messages: "No such file or directory".
std::string ErrnoText(int error_number);

}  // namespace zipflens
