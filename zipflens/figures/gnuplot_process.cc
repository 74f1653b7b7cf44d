#include "zipflens/figures/gnuplot_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <string_view>
#include <vector>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostErrorText = 2000;

/// A file descriptor that is closed once.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { Close(); }
  Descriptor(const Descriptor&) = delete;
  int number() const { return number_; }
  void Close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

/// This process's environment with a fixed locale and time zone: text is UTF-8, numbers have a
/// decimal point, dates have one length.
std::vector<std::string> Environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const bool is_local =
        text.starts_with("LC_") || text.starts_with("LANG") || text.starts_with("TZ=");
    if (!is_local) variables.emplace_back(text);
  }
  variables.emplace_back("LC_ALL=C.UTF-8");
  variables.emplace_back("TZ=UTC0");
  return variables;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void ThrowNotStarted(const std::string& gnuplot, int error) {
  throw OutputError(
      fmt::format("{}: cannot be run: {}; figures need gnuplot 5.4 or newer, which "
                  "the package gnuplot-nox brings",
                  gnuplot, ErrnoText(error)));
}

/// Starts the program with its standard error going to `error_end` and returns its process id.
pid_t Start(const std::string& gnuplot, const std::filesystem::path& folder,
            const std::string& script, int error_end) {
  // A relative path is meant from here, not from the folder.
  const bool is_path = gnuplot.find('/') != std::string::npos;
  const std::string program = is_path ? std::filesystem::absolute(gnuplot).string() : gnuplot;
  std::vector<std::string> arguments = {program, "--default-settings", script};
  std::vector<std::string> variables = Environment();
  posix_spawn_file_actions_t actions;
  ZIPFLENS_CHECK(posix_spawn_file_actions_init(&actions) == 0);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, error_end, STDERR_FILENO);
  posix_spawnattr_t attributes;
  ZIPFLENS_CHECK(posix_spawnattr_init(&attributes) == 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);  // a group of its own: see Child
  pid_t process = 0;
  const int error = posix_spawnp(&process, program.c_str(), &actions, &attributes,
                                 Pointers(arguments).data(), Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) ThrowNotStarted(gnuplot, error);
  return process;
}

/// A started process with its children, killed and waited for at the end of this object's life at
/// the latest.
class Child {
 public:
  explicit Child(pid_t process) : process_(process) {}
  Child(const Child&) = delete;
  ~Child() {
    ::kill(-process_, SIGKILL);  // its whole group
    while (!status_ && ::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  /// Its status once it has ended; nullopt before.
  std::optional<int> Status() {
    int status = 0;
    if (!status_ && ::waitpid(process_, &status, WNOHANG) == process_) status_ = status;
    return status_;
  }

 private:
  pid_t process_;
  std::optional<int> status_;
};

/// Collects what `child` writes into a pipe until it has ended, at most until `deadline`.
std::string ReadUntilEnd(int descriptor, Child& child, Clock::time_point deadline) {
  constexpr int kPollMilliseconds = 20;
  std::string text;
  char buffer[4096];
  bool is_open = true;
  while (Clock::now() < deadline) {
    ThrowIfInterrupted();
    const bool has_ended = child.Status().has_value();
    pollfd waited = {.fd = is_open ? descriptor : -1, .events = POLLIN, .revents = 0};
    const int num_ready = ::poll(&waited, 1, has_ended ? 0 : kPollMilliseconds);
    if (num_ready <= 0) {
      if (has_ended) break;
      continue;
    }
    const ssize_t length = ::read(descriptor, buffer, sizeof buffer);
    is_open = length > 0 || (length < 0 && errno == EINTR);
    if (length > 0 && text.size() < kMostErrorText) {
      text.append(buffer, length);
    }
  }
  return text;
}

/// On one line, without blanks at its ends.
std::string Trimmed(std::string_view said) {
  std::string line = OneLine(said);
  const std::size_t first = line.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return line.substr(first, line.find_last_not_of(' ') - first + 1);
}

}  // namespace

void RunGnuplot(const std::string& gnuplot, const std::filesystem::path& folder,
                const std::string& script, double seconds) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) ThrowNotStarted(gnuplot, errno);
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                           std::chrono::duration<double>(seconds));
  Child child(Start(gnuplot, folder, script, write_end.number()));
  write_end.Close();
  const std::string said = Trimmed(ReadUntilEnd(read_end.number(), child, deadline));
  const std::optional<int> ended = child.Status();
  if (!ended) {
    throw TooSlowError(fmt::format("{} took longer than {:g} s and was stopped{}{}", gnuplot,
                                   seconds, said.empty() ? "" : ": ", said));
  }
  const int status = *ended;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127 && said.empty()) {
    ThrowNotStarted(gnuplot, ENOENT);
  }
  const std::string ending = WIFSIGNALED(status)
                                 ? fmt::format("was ended by signal {}", WTERMSIG(status))
                                 : fmt::format("ended with code {}", WEXITSTATUS(status));
  throw OutputError(
      fmt::format("{} {}: {}", gnuplot, ending, said.empty() ? "it said nothing" : said));
}

}  // namespace zipflens
