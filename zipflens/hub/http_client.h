// HttpClient: requests to the hub over libcurl; the only file of the library that opens a
// connection.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "zipflens/base/error.h"
#include "zipflens/hub/hub_settings.h"

namespace zipflens {

/// No answer, or one that broke off: refused, reset, timed out, a certificate that is not trusted.
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
  std::string range = {};     // "0-99", "-8", "100-"; empty: the whole
  std::string if_range = {};  // an ETag: the range only if the content is still that one
};

struct HttpResponse {
  int status = 0;
  /// Names in lower case. Those of every hop, a later hop's value over an earlier one's: the hub
  /// says on its redirect what the file is.
  std::map<std::string, std::string> headers;
  std::string error_text;  // the begin of the body where status is not 2xx

  /// Empty where there is none.
  std::string Header(const std::string& name) const;
};

/// Receives a body of status 2xx. Both may throw; the transfer is then given up and Get throws the
/// same.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual void Begin(const HttpResponse& response) = 0;
  virtual void Write(std::string_view bytes) = 0;
};

/// One connection at a time, kept open between requests; one thread at a time. TLS certificates are
/// verified. Redirects are followed, at most 20, never from https to http; the token goes with a
/// request only to the endpoint's own scheme, host and port, and unencrypted only to this machine.
class HttpClient {
 public:
  explicit HttpClient(const HubSettings& settings);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// One attempt; any status is returned. Throws ConnectionError, InterruptedError (a stop was
  /// asked for), and what the sink throws.
  HttpResponse Get(const HttpRequest& request, BodySink& sink);

 private:
  struct Transfer;
  void Perform(Transfer& transfer, const std::string& url, const HttpRequest& request);

  HubSettings settings_;
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

/// Scheme, host and port of an address, in lower case and with the scheme's usual port written out:
/// "https://huggingface.co:443". Empty where the address is not http or https.
std::string OriginOf(const std::string& url);

}  // namespace zipflens
