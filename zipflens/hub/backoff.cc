#include "zipflens/hub/backoff.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <random>
#include <thread>

#include "zipflens/base/interrupt.h"

namespace zipflens {
namespace {

constexpr double kLongestAskedFor = 300;  // seconds

bool IsWorthAnotherTry(int status) {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}

void WaitSeconds(double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::duration<double>(seconds));
  while (Clock::now() < end) {
    ThrowIfInterrupted();
    const auto left = end - Clock::now();
    std::this_thread::sleep_for(std::min<Clock::duration>(left, std::chrono::milliseconds(50)));
  }
}

// Adds a random part, so that many machines that failed at the same time do not retry at the same
// time.
double WithChance(double seconds) {
  thread_local std::minstd_rand random(std::random_device{}());
  return seconds * std::uniform_real_distribution<double>(1.0, 1.25)(random);
}

}  // namespace

double RetryAfterSeconds(const HttpResponse& response) {
  const std::string text = response.Header("retry-after");
  if (text.empty()) return -1;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size()) return std::max(0.0, seconds);
  const std::time_t when = curl_getdate(text.c_str(), nullptr);
  if (when < 0) return -1;
  return std::max(0.0, std::difftime(when, std::time(nullptr)));
}

HttpResponse WithRetries(const HubSettings& settings, const std::function<HttpResponse()>& attempt,
                         const std::function<bool()>& made_progress) {
  for (int num_failed = 0;; ++num_failed) {
    double asked_for = -1;
    try {
      HttpResponse response = attempt();
      if (!IsWorthAnotherTry(response.status) || num_failed >= settings.num_retries)
        return response;
      asked_for = RetryAfterSeconds(response);
      if (asked_for > kLongestAskedFor) return response;
    } catch (const ConnectionError& error) {
      const bool starts_again = settings.num_retries > 0 && made_progress && made_progress();
      if (starts_again) num_failed = -1;
      if (!error.may_retry() || num_failed >= settings.num_retries) throw;
    }
    constexpr double kFirst = 0.5;
    constexpr double kLongest = 8.0;
    const double usual =
        WithChance(std::min(kLongest, kFirst * std::pow(2.0, std::max(num_failed, 0))));
    WaitSeconds(asked_for >= 0 ? asked_for : usual);
  }
}

}  // namespace zipflens
