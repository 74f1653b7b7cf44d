#include "zipflens/hub/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <mutex>

#include "zipflens/base/ascii_case.h"
#include "zipflens/base/check.h"
#include "zipflens/base/interrupt.h"

namespace zipflens {
namespace {

constexpr std::size_t kLongestErrorText = 16 << 10;
constexpr std::size_t kLongestHeaders = 256 << 10;

void StartCurlOnce() {
  static std::once_flag once;
  std::call_once(once, [] { ZIPFLENS_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
}

struct Url {
  CURLU* value = curl_url();
  explicit Url(const std::string& text)
      : good(curl_url_set(value, CURLUPART_URL, text.c_str(), 0) == CURLUE_OK) {}
  Url(const Url&) = delete;
  Url& operator=(const Url&) = delete;
  ~Url() { curl_url_cleanup(value); }
  std::string Part(CURLUPart part, unsigned int flags = 0) const {
    char* text = nullptr;
    if (curl_url_get(value, part, &text, flags) != CURLUE_OK) return "";
    std::string copy = text;
    curl_free(text);
    return copy;
  }
  bool good;
};

bool IsThisMachine(const std::string& url) {
  const std::string host = AsciiLower(Url(url).Part(CURLUPART_HOST));
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

// The query of a URL may contain signatures, which messages must not show.
std::string WithoutQuery(const std::string& url) { return url.substr(0, url.find_first_of("?#")); }

bool MayRetry(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

struct HeaderList {
  curl_slist* value = nullptr;
  HeaderList() = default;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() { curl_slist_free_all(value); }
  void Add(const std::string& line) { value = curl_slist_append(value, line.c_str()); }
};

}  // namespace

struct HttpClient::Handle {
  CURL* value = curl_easy_init();
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { curl_easy_cleanup(value); }
};

// The state that the callbacks of one request fill. Exceptions must not pass through C code, so
// they are stored in `thrown`.
struct HttpClient::Transfer {
  BodySink* sink = nullptr;
  CURL* curl = nullptr;
  HttpResponse response;
  std::size_t header_bytes = 0;
  bool begun = false;
  std::exception_ptr thrown;

  template <typename F>
  bool Guarded(F&& work) {
    try {
      work();
      return true;
    } catch (...) {
      thrown = std::current_exception();
      return false;
    }
  }

  void TakeHeader(std::string_view line) {
    header_bytes += line.size();
    if (header_bytes > kLongestHeaders) throw ConnectionError("endless headers", false);
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) return;
    std::string_view value = line.substr(colon + 1);
    const std::size_t begin = value.find_first_not_of(" \t");
    const std::size_t end = value.find_last_not_of(" \t\r\n");
    value = begin == std::string::npos ? "" : value.substr(begin, end - begin + 1);
    response.headers[AsciiLower(line.substr(0, colon))] = value;
  }

  void TakeBody(std::string_view bytes) {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    if (status < 200 || status > 299) {
      const std::size_t room = kLongestErrorText - response.error_text.size();
      if (status < 300 || status > 399) response.error_text += bytes.substr(0, room);
      return;
    }
    if (!begun) sink->Begin(response);
    begun = true;
    sink->Write(bytes);
  }

  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self) {
    auto* transfer = static_cast<Transfer*>(self);
    return transfer->Guarded([&] {
      transfer->TakeHeader({data, size * count});
    })
               ? size * count
               : 0;
  }
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self) {
    auto* transfer = static_cast<Transfer*>(self);
    return transfer->Guarded([&] { transfer->TakeBody({data, size * count}); }) ? size * count : 0;
  }
  static int OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(self)->Guarded([] { ThrowIfInterrupted(); }) ? 0 : 1;
  }
};

HttpClient::HttpClient(const HubSettings& settings) : settings_(settings) {
  StartCurlOnce();
  handle_ = std::make_unique<Handle>();
}

HttpClient::~HttpClient() = default;

void HttpClient::Perform(Transfer& transfer, const std::string& url, const HttpRequest& request) {
  CURL* curl = handle_->value;
  curl_easy_reset(curl);
  transfer.curl = curl;
  HeaderList headers;
  const bool is_endpoint = OriginOf(url) == OriginOf(settings_.endpoint);
  if (is_endpoint && !settings_.token.empty() &&
      (url.starts_with("https:") || IsThisMachine(url))) {
    headers.Add("Authorization: Bearer " + settings_.token);
  }
  // Sizes and digests are those of uncompressed bytes, so the transfer must not be compressed.
  headers.Add("Accept-Encoding: identity");
  if (!request.if_range.empty()) headers.Add("If-Range: " + request.if_range);
  std::string error_text(CURL_ERROR_SIZE, '\0');
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.value);
  if (!request.range.empty()) curl_easy_setopt(curl, CURLOPT_RANGE, request.range.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "zipflens");
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!settings_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, settings_.ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(settings_.stall_seconds));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings_.stall_seconds));
  curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 256L << 10);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Transfer::OnProgress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text.data());
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  if (transfer.thrown) std::rethrow_exception(transfer.thrown);
  if (code != CURLE_OK) {
    std::string reason = error_text.substr(0, error_text.find('\0'));
    if (reason.empty()) reason = curl_easy_strerror(code);
    throw ConnectionError(fmt::format("{}: {}", WithoutQuery(url), reason), MayRetry(code));
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
}

HttpResponse HttpClient::Get(const HttpRequest& request, BodySink& sink) {
  constexpr int kMostRedirects = 20;
  Transfer transfer;
  transfer.sink = &sink;
  std::string url = request.url;
  for (int hop = 0; hop <= kMostRedirects; ++hop) {
    // These headers describe the body of one redirect, not the file.
    for (const char* own :
         {"location", "content-length", "content-range", "etag", "retry-after", "link"}) {
      transfer.response.headers.erase(own);
    }
    Perform(transfer, url, request);
    const std::string location = transfer.response.Header("location");
    const bool is_redirect = transfer.response.status / 100 == 3 && !location.empty();
    if (!is_redirect) {
      const bool is_empty_body = transfer.response.status / 100 == 2 && !transfer.begun;
      if (is_empty_body) sink.Begin(transfer.response);
      return std::move(transfer.response);
    }
    const Url target(url);  // it may be relative to the previous URL
    curl_url_set(target.value, CURLUPART_URL, location.c_str(), 0);
    const std::string next = target.Part(CURLUPART_URL);
    const bool downgrades = url.starts_with("https:") && !next.starts_with("https:");
    if (OriginOf(next).empty() || downgrades) {
      throw ConnectionError(fmt::format("{}: sends on to \"{}\", which is not followed",
                                        WithoutQuery(url), WithoutQuery(location)),
                            /*may_retry=*/false);
    }
    url = next;
  }
  throw ConnectionError(
      fmt::format("{}: more than {} redirects", WithoutQuery(request.url), kMostRedirects),
      /*may_retry=*/false);
}

std::string HttpResponse::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::string OriginOf(const std::string& url) {
  const Url parts(url);
  const std::string scheme = AsciiLower(parts.Part(CURLUPART_SCHEME));
  if (!parts.good || (scheme != "http" && scheme != "https")) return "";
  return fmt::format("{}://{}:{}", scheme, AsciiLower(parts.Part(CURLUPART_HOST)),
                     parts.Part(CURLUPART_PORT, CURLU_DEFAULT_PORT));
}

}  // namespace zipflens
