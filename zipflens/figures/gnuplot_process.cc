#include "zipflens/figures/gnuplot_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <vector>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"

namespace zipflens {
namespace {

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
  pid_t process = 0;
  const int error = posix_spawnp(&process, program.c_str(), &actions, nullptr,
                                 Pointers(arguments).data(), Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) ThrowNotStarted(gnuplot, error);
  return process;
}

std::string ReadAll(int descriptor) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t length = ::read(descriptor, buffer, sizeof buffer);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return text;
    if (text.size() < kMostErrorText) text.append(buffer, static_cast<std::size_t>(length));
  }
}

int WaitFor(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

void RunGnuplot(const std::string& gnuplot, const std::filesystem::path& folder,
                const std::string& script) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) ThrowNotStarted(gnuplot, errno);
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const pid_t process = Start(gnuplot, folder, script, write_end.number());
  write_end.Close();
  const std::string said = ReadAll(read_end.number());
  const int status = WaitFor(process);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127 && said.empty()) {
    ThrowNotStarted(gnuplot, ENOENT);
  }
  const std::string ending = WIFSIGNALED(status)
                                 ? fmt::format("was ended by signal {}", WTERMSIG(status))
                                 : fmt::format("ended with code {}", WEXITSTATUS(status));
  throw OutputError(fmt::format("{}: {} {}: {}", (folder / script).string(), gnuplot, ending,
                                said.empty() ? "it said nothing" : said));
}

}  // namespace zipflens
