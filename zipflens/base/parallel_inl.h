// The body of ProduceInParallelConsumeInOrder (see parallel.h).
#pragma once

#include "zipflens/base/interrupt.h"
#include "zipflens/base/parallel.h"

namespace zipflens {

template <typename Result>
void ProduceInParallelConsumeInOrder(std::size_t num_items, std::size_t num_workers,
                                     const std::function<Result(std::size_t, std::size_t)>& produce,
                                     const std::function<void(std::size_t, Result&&)>& consume) {
  std::mutex mutex;
  std::condition_variable consumed;
  std::map<std::size_t, Result> waiting;  // finished, but not yet consumed
  std::size_t next_item = 0;
  std::size_t next_consumed = 0;
  bool consuming = false;
  bool failed = false;
  const std::size_t max_ahead = 2 * num_workers;

  const auto drain = [&](std::unique_lock<std::mutex>& lock) {
    if (consuming) return;  // another worker is consuming and will find what was just added
    consuming = true;
    while (!failed && !waiting.empty() && waiting.begin()->first == next_consumed) {
      auto node = waiting.extract(waiting.begin());
      lock.unlock();
      consume(node.key(), std::move(node.mapped()));
      lock.lock();
      ++next_consumed;
      consumed.notify_all();
    }
    consuming = false;
  };

  const auto work = [&](std::size_t worker_idx) {
    while (true) {
      std::size_t item_idx = 0;
      {
        std::unique_lock lock(mutex);
        consumed.wait(lock, [&] { return failed || next_item < next_consumed + max_ahead; });
        if (failed || next_item >= num_items) return;
        item_idx = next_item++;
      }
      ThrowIfInterrupted();
      Result result = produce(item_idx, worker_idx);
      std::unique_lock lock(mutex);
      waiting.emplace(item_idx, std::move(result));
      drain(lock);
    }
  };

  RunWorkers(num_workers, [&](std::size_t worker_idx) {
    try {
      work(worker_idx);
    } catch (...) {
      const std::lock_guard lock(mutex);
      failed = true;
      consumed.notify_all();
      throw;
    }
  });
}

}  // namespace zipflens
