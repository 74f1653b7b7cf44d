// A request to stop, seen by every long loop.
#pragma once

namespace zipflens {

/// Asks the running work to stop. Safe in a signal handler and from any thread.
void RequestInterrupt() noexcept;

/// Forgets an earlier request; for tests and programs that run more than one study.
void ClearInterrupt() noexcept;

/// Throws InterruptedError if a stop was asked for. A relaxed atomic load: cheap enough for inner
/// loops over documents and layers.
void ThrowIfInterrupted();

}  // namespace zipflens
