// Backoff: how often and when a failed request is tried again.
#pragma once

#include <functional>

#include "zipflens/hub/http_client.h"

namespace zipflens {

/// Tries `attempt` until it returns a status that another try would not change, or
/// `settings.num_retries` tries failed in a row without progress. Tried again:
/// ConnectionError::may_retry, 408, 429, 500, 502, 503 and 504. Waits 0.5 s, then twice as long
/// each time up to 8 s, each with up to a quarter more by chance; or what Retry-After says (seconds
/// or a date). Where that is more than 5 minutes, the response is returned at once. `made_progress`
/// (may be empty) tells whether the failed attempt got further than those before; the count then
/// starts again. Throws what the last attempt threw, and InterruptedError.
HttpResponse WithRetries(const HubSettings& settings, const std::function<HttpResponse()>& attempt,
                         const std::function<bool()>& made_progress = {});

/// Seconds that Retry-After asks to wait, of a number or a date; negative where there is none.
double RetryAfterSeconds(const HttpResponse& response);

}  // namespace zipflens
