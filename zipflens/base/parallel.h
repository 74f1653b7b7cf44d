// Loops on many threads whose results arrive in order, so that outputs are the same bytes for any
// number of threads.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

namespace zipflens {

/// Runs body(worker_idx) on `num_workers` threads, of which the calling thread is worker 0, and
/// waits for all. Rethrows the first exception and drops the others.
void RunWorkers(std::size_t num_workers, const std::function<void(std::size_t worker_idx)>& body);

/// The number of threads that this process may use: the hardware threads in its affinity mask.
std::size_t AvailableThreads();

/// Calls produce(item_idx, worker_idx) for items 0 .. num_items - 1 on `num_workers` threads, and
/// consume(item_idx, result) for each result, strictly in item order and one at a time. Workers run
/// at most `2 * num_workers` items ahead of the consumer, so memory is bounded. The first exception
/// stops all workers at their next item and is rethrown. Checks for interruption before every item.
template <typename Result>
void ProduceInParallelConsumeInOrder(
    std::size_t num_items, std::size_t num_workers,
    const std::function<Result(std::size_t item_idx, std::size_t worker_idx)>& produce,
    const std::function<void(std::size_t item_idx, Result&& result)>& consume);

}  // namespace zipflens

#include "zipflens/base/parallel_inl.h"
