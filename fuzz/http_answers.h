// HttpAnswers: a server on this machine that answers requests with bytes from a fuzz input.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace zipflens::fuzz {

/// Listens on 127.0.0.1. It answers the i-th connection with the i-th answer as it is and closes
/// the connection; after the last answer it closes connections at once.
///
/// The server is also the proxy of this process (http_proxy, https_proxy): whatever address a
/// redirect names, the request comes here and none leaves the machine.
class HttpAnswers {
 public:
  HttpAnswers();
  ~HttpAnswers();
  HttpAnswers(const HttpAnswers&) = delete;
  HttpAnswers& operator=(const HttpAnswers&) = delete;

  /// Replaces the answers. No request may be under way.
  void Set(std::vector<std::string_view> answers);

 private:
  void Serve();
  void Answer(int connection);

  int listener_ = -1;
  std::mutex mutex_;  // of the answers
  std::vector<std::string> answers_;
  std::size_t next_answer_ = 0;
  std::thread thread_;
};

}  // namespace zipflens::fuzz
