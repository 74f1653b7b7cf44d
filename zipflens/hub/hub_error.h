// Explains the hub's refusals to a user and says what to do about each.
#pragma once

#include <string>
#include <vector>

#include "zipflens/hub/http_client.h"
#include "zipflens/hub/hub_settings.h"
#include "zipflens/hub/repo.h"

namespace zipflens {

enum class HubRefusal {
  kNotFound,    // the repository does not exist or is private
  kNoRevision,  // no such branch, tag or commit
  kNoFile,      // no such file
  kGated,       // the user must first accept conditions
  kBadToken,    // the token is not valid
  kForbidden,   // 403 for any other reason
  kRateLimit,   // 429
  kServer,      // 5xx and everything else
};

HubRefusal RefusalOf(const HttpResponse& response);

/// Throws InputError that says what was refused and what to do. `near` are similar names to suggest
/// for kNotFound and kNoRevision. The message never contains the token, even if the server sends it
/// back.
[[noreturn]] void ThrowRefusal(const HubSettings& settings, const Repo& repo,
                               const HttpResponse& response, const std::vector<std::string>& near);

/// Returns the text without control characters and copies of the token, cut to 200 bytes.
std::string HarmlessText(const HubSettings& settings, std::string text);

}  // namespace zipflens
