// Backoff: decides how often and when a failed request is repeated.
#pragma once

#include <functional>

#include "zipflens/hub/http_client.h"

namespace zipflens {

/// Calls `attempt` until it succeeds or fails for good, and returns its last response. It is
/// repeated after a ConnectionError with may_retry() and after the statuses 408, 429, 500, 502, 503
/// and 504, at most `settings.num_retries` times in a row. The first pause is 0.5 s, and each
/// further one is twice as long, up to 8 s; a random part of up to a quarter is added. If the
/// response has a Retry-After header (seconds or a date), the pause has that length instead; if
/// that is more than 5 minutes, the response is returned at once. After a ConnectionError,
/// `made_progress` (may be empty) returns whether the attempt received more than the attempts
/// before it; if so, the repetitions are counted from 0 again. Throws what the last attempt threw,
/// and InterruptedError.
HttpResponse WithRetries(const HubSettings& settings, const std::function<HttpResponse()>& attempt,
                         const std::function<bool()>& made_progress = {});

/// Returns the seconds to wait that Retry-After gives as a number or a date; negative if there is
/// no such header.
double RetryAfterSeconds(const HttpResponse& response);

}  // namespace zipflens
