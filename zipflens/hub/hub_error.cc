#include "zipflens/hub/hub_error.h"

#include <fmt/format.h>

#include "zipflens/base/near_names.h"
#include "zipflens/base/numbers.h"
#include "zipflens/hub/backoff.h"

namespace zipflens {
namespace {

std::string PageOf(const HubSettings& settings, const Repo& repo) {
  return fmt::format("{}/{}{}", settings.endpoint, repo.kind == RepoKind::kModel ? "" : "datasets/",
                     repo.id);
}

std::string GatedText(const HubSettings& settings, const Repo& repo) {
  const std::string page = PageOf(settings, repo);
  if (settings.token.empty()) {
    return fmt::format(
        "gated: open {} in a browser, log in and accept the conditions; then make a token at "
        "{}/settings/tokens "
        "and set HF_TOKEN or run `hf auth login`",
        page, settings.endpoint);
  }
  return fmt::format(
      "gated, and the account of your token has no access: open {} in a browser, accept the "
      "conditions (some "
      "owners then look at each request), and check that the token may read gated repositories",
      page);
}

std::string NotFoundText(const HubSettings& settings, const Repo& repo,
                         const std::vector<std::string>& near) {
  const char* token = settings.token.empty()
                          ? "it may be private: set HF_TOKEN or run `hf auth login`"
                          : "it may be private, and your token has no access";
  return fmt::format("no such {} at {} ({}){}", KindText(repo.kind), settings.endpoint, token,
                     NearText(near));
}

std::string RateLimitText(const HubSettings& settings, const HttpResponse& response) {
  const double seconds = RetryAfterSeconds(response);
  return fmt::format(
      "the hub's rate limit is reached{}{}",
      seconds > 0 ? fmt::format("; it asks to wait {:.0f} s", seconds) : "; try again later",
      settings.token.empty() ? "; with HF_TOKEN set the limit is higher" : "");
}

}  // namespace

HubRefusal RefusalOf(const HttpResponse& response) {
  const std::string code = response.Header("x-error-code");
  const std::string message = response.Header("x-error-message");
  if (code == "GatedRepo") return HubRefusal::kGated;
  if (code == "RevisionNotFound") return HubRefusal::kNoRevision;
  if (code == "EntryNotFound") return HubRefusal::kNoFile;
  if (message.find("Invalid credentials") != std::string::npos) return HubRefusal::kBadToken;
  // Without a token, the hub answers 401 both for missing and for private repositories.
  if (code == "RepoNotFound" || response.status == 401 || response.status == 404)
    return HubRefusal::kNotFound;
  if (response.status == 403) return HubRefusal::kForbidden;
  return response.status == 429 ? HubRefusal::kRateLimit : HubRefusal::kServer;
}

void ThrowRefusal(const HubSettings& settings, const Repo& repo, const HttpResponse& response,
                  const std::vector<std::string>& near) {
  const std::string said = HarmlessText(settings, response.Header("x-error-message"));
  const std::string because = said.empty() ? "" : fmt::format(" (\"{}\")", said);
  std::string text;
  switch (RefusalOf(response)) {
    case HubRefusal::kNotFound:
      text = NotFoundText(settings, repo, near);
      break;
    case HubRefusal::kNoRevision:
      text = fmt::format("no revision \"{}\"{}", repo.revision, NearText(near));
      break;
    case HubRefusal::kNoFile:
      text = "a file that the hub listed is not there: try again, or name another `revision`";
      break;
    case HubRefusal::kGated:
      text = GatedText(settings, repo);
      break;
    case HubRefusal::kBadToken:
      text =
          fmt::format("the hub does not accept the token in HF_TOKEN or the token file{}", because);
      break;
    case HubRefusal::kForbidden:
      text = fmt::format("forbidden (403){}: check what your token may do", because);
      break;
    case HubRefusal::kRateLimit:
      text = RateLimitText(settings, response);
      break;
    case HubRefusal::kServer:
      text = fmt::format("the hub at {} answered with status {}{}", settings.endpoint,
                         response.status, because);
      break;
  }
  throw InputError({.source = repo.id, .place = text});
}

std::string HarmlessText(const HubSettings& settings, std::string text) {
  if (!settings.token.empty()) {
    for (std::size_t at = 0; (at = text.find(settings.token)) != std::string::npos;) {
      text.replace(at, settings.token.size(), "...");
    }
  }
  std::string plain;
  constexpr std::size_t kLongest = 200;
  for (const char c : text) {
    const unsigned char byte = ByteOf(c);
    if (plain.size() < kLongest && byte >= 0x20 && byte < 0x7f) plain += c;
  }
  return plain;
}

}  // namespace zipflens
