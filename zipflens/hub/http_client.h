// HttpClient: sends requests to the hub through libcurl. Only this class opens network connections.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "zipflens/base/error.h"
#include "zipflens/hub/hub_settings.h"

namespace zipflens {

/// There was no complete response: the connection was refused, was reset or timed out, or the
/// certificate is not trusted.
class ConnectionError : public Error {
 public:
  ConnectionError(const std::string& message, bool may_retry)
      : Error(message), may_retry_(may_retry) {}
  bool may_retry() const { return may_retry_; }

 private:
  bool may_retry_;
};

struct HttpRequest {
  std::string url;
  std::string range = {};     // "0-99", "-8", "100-"; empty: the whole file
  std::string if_range = {};  // an ETag: send the range only if the content still has it
};

struct HttpResponse {
  int status = 0;
  /// By name in lower case. Headers of all redirects are merged, and later ones take precedence:
  /// the hub describes the file in the headers of its redirect.
  std::map<std::string, std::string> headers;
  std::string error_text;  // the beginning of the body if status is not 2xx

  /// Returns a header's value, or an empty string if there is none.
  std::string Header(const std::string& name) const;
};

/// Receives the body of a response with status 2xx. If either function throws, the transfer is
/// aborted and Get throws the same exception.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual void Begin(const HttpResponse& response) = 0;
  virtual void Write(std::string_view bytes) = 0;
};

/// Keeps one connection open between requests. Not thread-safe. TLS certificates are verified. Up
/// to 20 redirects are followed, never from https to http. The token is sent only to the endpoint's
/// own scheme, host and port, and without encryption only to this machine.
class HttpClient {
 public:
  explicit HttpClient(const HubSettings& settings);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Makes one attempt and returns its response, whatever the status. Throws ConnectionError,
  /// InterruptedError (the user asked to stop) and what the sink throws.
  HttpResponse Get(const HttpRequest& request, BodySink& sink);

 private:
  struct Transfer;
  void Perform(Transfer& transfer, const std::string& url, const HttpRequest& request);

  HubSettings settings_;
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

/// Returns the scheme, host and port of an address in lower case, always with the port:
/// "https://huggingface.co:443". Returns an empty string if the address is not http or https.
std::string OriginOf(const std::string& url);

}  // namespace zipflens
