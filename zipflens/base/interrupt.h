// A request to stop, which every long loop checks.
#pragma once

#include <atomic>

namespace zipflens {

/// A request to stop one piece of work. The owner sets it from any thread or signal handler.
class StopFlag {
 public:
  void Request() noexcept { requested_.store(true, std::memory_order_relaxed); }
  void Clear() noexcept { requested_.store(false, std::memory_order_relaxed); }
  bool requested() const noexcept { return requested_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> requested_ = false;
  static_assert(std::atomic<bool>::is_always_lock_free);
};

/// Makes the work of this thread, and of the workers that it starts (RunWorkers), listen to `flag`
/// until the scope ends; scopes nest, and the innermost counts. Work outside of any scope is never
/// interrupted. The flag must outlive the scope. nullptr: listen to none.
class StopScope {
 public:
  explicit StopScope(const StopFlag* flag) noexcept;
  ~StopScope();
  StopScope(const StopScope&) = delete;
  StopScope& operator=(const StopScope&) = delete;

  /// The flag that this thread listens to, or nullptr; to be handed to another thread.
  static const StopFlag* Current() noexcept;

 private:
  const StopFlag* outer_;
};

/// Throws InterruptedError if the flag of this thread's scope is set. A thread-local pointer and a
/// relaxed atomic load: cheap enough for inner loops over documents and layers.
void ThrowIfInterrupted();

}  // namespace zipflens
