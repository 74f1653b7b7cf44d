#include "zipflens/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"

namespace zipflens {
namespace {

using Consumed = std::vector<std::pair<std::size_t, std::size_t>>;

Consumed Squares(std::size_t num_items, std::size_t num_workers) {
  Consumed consumed;
  ProduceInParallelConsumeInOrder<std::size_t>(
      num_items, num_workers, [](std::size_t item_idx, std::size_t) { return item_idx * item_idx; },
      [&](std::size_t item_idx, std::size_t&& square) { consumed.emplace_back(item_idx, square); });
  return consumed;
}

TEST(ParallelInOrder, ArrivesInOrderForAnyNumberOfWorkers) {
  Consumed expected;
  for (std::size_t i = 0; i < 1000; ++i) expected.emplace_back(i, i * i);
  for (const std::size_t num_workers : {1U, 2U, 3U, 8U, 40U}) {
    EXPECT_EQ(Squares(1000, num_workers), expected) << num_workers << " workers";
  }
}

TEST(ParallelInOrder, HasNothingToDoForNoItems) { EXPECT_EQ(Squares(0, 4), Consumed()); }

TEST(ParallelInOrder, WorksWithMoreWorkersThanItems) {
  EXPECT_EQ(Squares(2, 16), (Consumed{{0, 0}, {1, 1}}));
}

TEST(ParallelInOrder, PassesResultsThatCanOnlyMove) {
  std::size_t sum = 0;
  ProduceInParallelConsumeInOrder<std::unique_ptr<std::size_t>>(
      100, 3,
      [](std::size_t item_idx, std::size_t) { return std::make_unique<std::size_t>(item_idx); },
      [&](std::size_t, std::unique_ptr<std::size_t>&& value) { sum += *value; });
  EXPECT_EQ(sum, 4950U);
}

TEST(ParallelInOrder, NumbersItsWorkersFromZero) {
  std::mutex mutex;
  std::set<std::size_t> workers;
  ProduceInParallelConsumeInOrder<int>(
      200, 3,
      [&](std::size_t, std::size_t worker_idx) {
        const std::lock_guard lock(mutex);
        workers.insert(worker_idx);
        return 0;
      },
      [](std::size_t, int&&) {});
  EXPECT_LT(*workers.rbegin(), 3U);
}

// Item 0 is delayed until the other worker is as far ahead as it may be: at item 3.
TEST(ParallelInOrder, RunsTwiceTheWorkersAheadAndNoFurther) {
  std::mutex mutex;
  std::condition_variable last_produced;
  std::size_t furthest = 0;
  std::size_t num_consumed = 0;
  std::size_t furthest_ahead = 0;
  ProduceInParallelConsumeInOrder<std::size_t>(
      100, 2,
      [&](std::size_t item_idx, std::size_t) {
        std::unique_lock lock(mutex);
        furthest = std::max(furthest, item_idx);
        furthest_ahead = std::max(furthest_ahead, item_idx - std::min(item_idx, num_consumed));
        last_produced.notify_all();
        if (item_idx == 0) last_produced.wait(lock, [&] { return furthest >= 3; });
        return item_idx;
      },
      [&](std::size_t item_idx, std::size_t&& result) {
        const std::lock_guard lock(mutex);
        EXPECT_EQ(item_idx, num_consumed);
        EXPECT_EQ(result, item_idx);
        ++num_consumed;
      });
  EXPECT_EQ(num_consumed, 100U);
  EXPECT_GE(furthest_ahead, 3U);
  EXPECT_LE(furthest_ahead, 4U);  // consumed, but not yet counted as such by the loop: one more
}

TEST(ParallelInOrder, ConsumesOneAtATime) {
  std::atomic<int> inside = 0;
  int most_inside = 0;
  ProduceInParallelConsumeInOrder<int>(
      500, 4, [](std::size_t, std::size_t) { return 0; },
      [&](std::size_t, int&&) {
        most_inside = std::max(most_inside, ++inside);
        --inside;
      });
  EXPECT_EQ(most_inside, 1);
}

TEST(ParallelInOrder, RethrowsWhatProduceThrows) {
  for (const std::size_t num_workers : {1U, 2U, 5U}) {
    std::vector<std::size_t> consumed;
    std::string message;
    try {
      ProduceInParallelConsumeInOrder<int>(
          1000, num_workers,
          [](std::size_t item_idx, std::size_t) {
            if (item_idx == 17) throw std::runtime_error("item 17");
            return 0;
          },
          [&](std::size_t item_idx, int&&) { consumed.push_back(item_idx); });
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    EXPECT_EQ(message, "item 17");
    EXPECT_LE(consumed.size(), 17U);
    for (std::size_t i = 0; i < consumed.size(); ++i) EXPECT_EQ(consumed[i], i);
  }
}

TEST(ParallelInOrder, RethrowsWhatConsumeThrowsAndConsumesNoMore) {
  for (const std::size_t num_workers : {1U, 2U, 5U}) {
    StopFlag flag;
    const StopScope scope(&flag);
    std::size_t num_consumed = 0;
    EXPECT_THROW(ProduceInParallelConsumeInOrder<int>(
                     1000, num_workers, [](std::size_t, std::size_t) { return 0; },
                     [&](std::size_t item_idx, int&&) {
                       ++num_consumed;
                       if (item_idx == 17) throw std::out_of_range("consume");
                     }),
                 std::out_of_range);
    EXPECT_EQ(num_consumed, 18U);
  }
}

TEST(ParallelInOrder, StopsWhenInterrupted) {
  for (const std::size_t num_workers : {1U, 2U, 5U}) {
    StopFlag flag;
    const StopScope scope(&flag);
    std::size_t num_consumed = 0;
    EXPECT_THROW(ProduceInParallelConsumeInOrder<int>(
                     1000, num_workers, [](std::size_t, std::size_t) { return 0; },
                     [&](std::size_t item_idx, int&&) {
                       ++num_consumed;
                       if (item_idx == 5) flag.Request();
                     }),
                 InterruptedError);
    EXPECT_GE(num_consumed, 6U);
    EXPECT_LE(num_consumed, 6U + 2 * num_workers);  // those already produced may still arrive
  }
}

TEST(RunWorkers, RunsEachWorkerOnceAndWaits) {
  std::vector<int> runs(7, 0);
  RunWorkers(7, [&](std::size_t worker_idx) { ++runs[worker_idx]; });
  EXPECT_EQ(runs, std::vector<int>(7, 1));
}

TEST(RunWorkers, RethrowsAnExceptionAfterAllHaveEnded) {
  std::atomic<int> ended = 0;
  EXPECT_THROW(RunWorkers(4,
                          [&](std::size_t worker_idx) {
                            ++ended;
                            if (worker_idx == 2) throw std::runtime_error("worker 2");
                          }),
               std::runtime_error);
  EXPECT_EQ(ended, 4);
}

TEST(AvailableThreads, IsAtLeastOne) { EXPECT_GE(AvailableThreads(), 1U); }

}  // namespace
}  // namespace zipflens
