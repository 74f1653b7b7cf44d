// A request to stop, which every long loop checks.
#pragma once

namespace zipflens {

/// Asks running work to stop. Safe in a signal handler and from any thread.
void RequestInterrupt() noexcept;

/// Withdraws an earlier request, for tests and for programs that run more than one study.
void ClearInterrupt() noexcept;

/// Throws InterruptedError if a stop was requested. It costs a relaxed atomic load, cheap enough
/// for loops over documents and layers.
void ThrowIfInterrupted();

}  // namespace zipflens
