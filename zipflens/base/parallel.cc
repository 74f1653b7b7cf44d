#include "zipflens/base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "zipflens/base/interrupt.h"

namespace zipflens {

void RunWorkers(std::size_t num_workers, const std::function<void(std::size_t)>& body) {
  std::mutex mutex;
  std::exception_ptr first_error;
  const StopFlag* stop_flag = StopScope::Current();
  const auto guarded = [&](std::size_t worker_idx) {
    const StopScope scope(stop_flag);
    try {
      body(worker_idx);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!first_error) first_error = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t worker_idx = 1; worker_idx < num_workers; ++worker_idx) {
      threads.emplace_back(guarded, worker_idx);
    }
    guarded(0);
  }
  if (first_error) std::rethrow_exception(first_error);
}

std::size_t AvailableThreads() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
    return std::max(1, CPU_COUNT(&allowed));
  }
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace zipflens
