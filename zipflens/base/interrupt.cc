#include "zipflens/base/interrupt.h"

#include <atomic>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {
std::atomic<bool> interrupt_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free);
}  // namespace

void RequestInterrupt() noexcept { interrupt_requested.store(true, std::memory_order_relaxed); }
void ClearInterrupt() noexcept { interrupt_requested.store(false, std::memory_order_relaxed); }
void ThrowIfInterrupted() {
  if (interrupt_requested.load(std::memory_order_relaxed)) throw InterruptedError();
}

}  // namespace zipflens
