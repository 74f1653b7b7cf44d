// The errors that zipflens throws. Bad input is met where it is read; the caller catches.
#pragma once

#include <stdexcept>
#include <string>

namespace zipflens {

/// Base class of everything that is thrown on purpose. what() is a sentence for the user.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message) : std::runtime_error(message) {}
};

/// What is wrong with an input, in the four parts that a user needs. The message leaves out empty
/// parts.
struct Problem {
  std::string source = {};    // the file or folder
  std::string place = {};     // where in it: "row 17, column text", "byte 12"
  std::string found = {};     // what is there
  std::string expected = {};  // what should be there
};

/// "source: place: found X; expected Y".
std::string ProblemText(const Problem& problem);

/// Bad input. The four parts stay available to whoever catches it.
class InputError : public Error {
 public:
  explicit InputError(const Problem& problem);
  const Problem& problem() const noexcept { return problem_; }

 private:
  Problem problem_;
};

/// A result that could not be written: disk full, no permission, an output that already exists.
class OutputError : public Error {
 public:
  using Error::Error;
};

/// Options that make no sense, alone or together. The message names an option by its field, in
/// backticks ("`num_sequences`: found 0; ..."); a command line can put its own flag in that place.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// The run was told to stop (see interrupt.h).
class InterruptedError : public Error {
 public:
  InterruptedError() : Error("interrupted") {}
};

/// The text of an errno value, for messages: "No such file or directory".
std::string ErrnoText(int error_number);

}  // namespace zipflens
