// What the hub's refusals mean to a user, and what to do about each.
#pragma once

#include <string>
#include <vector>

#include "zipflens/hub/http_client.h"
#include "zipflens/hub/hub_settings.h"
#include "zipflens/hub/repo.h"

namespace zipflens {

enum class HubRefusal {
  kNotFound,    // no such repository, or a private one
  kNoRevision,  // no such branch, tag or commit
  kNoFile,      // no such file
  kGated,       // conditions to be accepted first
  kBadToken,    // the token is not valid
  kForbidden,   // 403 for another reason
  kRateLimit,   // 429
  kServer,      // 5xx and all else
};

HubRefusal RefusalOf(const HttpResponse& response);

/// Throws InputError that says what was refused and what to do. `near` are names for kNotFound and
/// kNoRevision. The token is not in it, even where the server sends it back.
[[noreturn]] void ThrowRefusal(const HubSettings& settings, const Repo& repo,
                               const HttpResponse& response, const std::vector<std::string>& near);

/// The text with control characters and every copy of the token taken out, cut to 200 bytes.
std::string HarmlessText(const HubSettings& settings, std::string text);

}  // namespace zipflens
