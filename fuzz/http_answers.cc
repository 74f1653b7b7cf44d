#include "fuzz/http_answers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace zipflens::fuzz {

HttpAnswers::HttpAnswers() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any_address = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, any_address, size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, any_address, &size) != 0) {
    throw std::runtime_error("no socket on 127.0.0.1");
  }
  const std::string proxy = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    ::setenv(name, proxy.c_str(), 1);
  }
  for (const char* name : {"no_proxy", "NO_PROXY"}) ::unsetenv(name);
  thread_ = std::thread([this] { Serve(); });
}

HttpAnswers::~HttpAnswers() {
  ::shutdown(listener_, SHUT_RDWR);  // ends accept()
  thread_.join();
  ::close(listener_);
}

void HttpAnswers::Set(std::vector<std::string_view> answers) {
  const std::lock_guard lock(mutex_);  // until the last connection has ended
  answers_.assign(answers.begin(), answers.end());
  next_answer_ = 0;
}

void HttpAnswers::Serve() {
  while (true) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    {
      const std::lock_guard lock(mutex_);
      Answer(connection);
    }
    ::close(connection);
  }
}

void HttpAnswers::Answer(int connection) {
  std::string request;
  std::array<char, 4096> buffer = {};
  while (request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t count = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (count <= 0) return;
    request.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (next_answer_ >= answers_.size()) return;
  const std::string& answer = answers_[next_answer_++];
  std::size_t sent = 0;
  while (sent < answer.size()) {
    const ssize_t count =
        ::send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<std::size_t>(count);
  }
  ::shutdown(connection, SHUT_WR);
}

}  // namespace zipflens::fuzz
