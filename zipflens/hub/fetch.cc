#include "zipflens/hub/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "zipflens/base/interrupt.h"
#include "zipflens/base/numbers.h"
#include "zipflens/hub/blob_download.h"

namespace zipflens {
namespace {

constexpr std::size_t kFilesAtOnce = 4;

// The threads that download, and their state for the thread that waits.
class DownloadPool {
 public:
  DownloadPool(const HubSettings& settings, const HubCache& cache, const FetchPlan& plan,
               std::vector<const RemoteFile*> files)
      : settings_(settings), cache_(cache), plan_(plan), files_(std::move(files)) {
    const std::size_t num_threads = std::min(kFilesAtOnce, files_.size());
    num_running_ = num_threads;
    for (std::size_t i = 0; i < num_threads; ++i) threads_.emplace_back([this] { Run(); });
  }
  DownloadPool(const DownloadPool&) = delete;
  DownloadPool& operator=(const DownloadPool&) = delete;
  ~DownloadPool() {
    state_.cancelled = true;
    for (std::thread& thread : threads_) thread.join();
  }

  void WaitAndReport(ProgressObserver& observer) {
    std::uint64_t total = 0;
    for (const RemoteFile* file : files_) total += file->size;
    const bool is_large = total >= 10'000'000;
    const std::uint64_t unit = is_large ? 1'000'000 : 1'000;
    const auto report = [&](std::size_t num_done) {
      // Rounded up, so that the last line reports the whole size.
      observer.OnProgress({"fetch", (state_.bytes_done + unit - 1) / unit,
                           (total + unit - 1) / unit, is_large ? "MB" : "kB",
                           fmt::format("{} of {} files", num_done, files_.size())});
    };
    std::unique_lock lock(mutex_);
    while (num_running_ > 0) {
      changed_.wait_for(lock, std::chrono::milliseconds(100));
      const std::size_t num_done = num_done_;
      lock.unlock();
      report(num_done);
      lock.lock();
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void Run() {
    const StopScope scope(stop_flag_);
    try {
      HubClient client(settings_);
      while (const RemoteFile* file = NextFile()) {
        DownloadBlob(client, cache_, plan_.repo, plan_.commit, *file, state_);
        cache_.Link(plan_.repo, plan_.commit, file->path, file->etag());
        const std::lock_guard lock(mutex_);
        ++num_done_;
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      state_.cancelled = true;
    }
    const std::lock_guard lock(mutex_);
    --num_running_;
    changed_.notify_one();
  }

  const RemoteFile* NextFile() {
    const std::lock_guard lock(mutex_);
    if (state_.cancelled || next_ == files_.size()) return nullptr;
    return files_[next_++];
  }

  const HubSettings& settings_;
  const HubCache& cache_;
  const FetchPlan& plan_;
  std::vector<const RemoteFile*> files_;
  const StopFlag* stop_flag_ = StopScope::Current();  // of the waiting thread
  DownloadState state_;
  std::mutex mutex_;  // guards everything below except threads_
  std::condition_variable changed_;
  std::size_t next_ = 0;
  std::size_t num_done_ = 0;
  std::size_t num_running_ = 0;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace

std::uint64_t FetchPlan::bytes_needed() const {
  std::uint64_t sum = 0;
  for (const PlannedFile& planned : files) sum += planned.file.size;
  return sum;
}

std::uint64_t FetchPlan::bytes_to_fetch() const {
  std::uint64_t sum = 0;
  for (const PlannedFile& planned : files) sum += planned.is_cached ? 0 : planned.file.size;
  return sum;
}

void LookIntoCache(const HubCache& cache, FetchPlan& plan) {
  for (PlannedFile& planned : plan.files) {
    planned.is_cached = cache.FindFile(plan.repo, plan.commit, planned.file.path).has_value() ||
                        cache.HasBlob(plan.repo, planned.file.etag(), planned.file.size);
  }
}

void Fetch(const HubSettings& settings, const HubCache& cache, const FetchPlan& plan,
           ProgressObserver& observer) {
  std::vector<const RemoteFile*> wanted;
  bool has_all = true;
  for (const PlannedFile& planned : plan.files) {
    has_all = has_all && cache.FindFile(plan.repo, plan.commit, planned.file.path).has_value();
    if (!planned.is_cached) wanted.push_back(&planned.file);
  }
  if (has_all) {
    // The user may have no permission to write to the cache, so only new facts are written.
    if (cache.CommitOf(plan.repo) != plan.commit) cache.StoreCommit(plan.repo, plan.commit);
    return;
  }
  cache.Prepare(plan.repo, plan.commit);
  for (const PlannedFile& planned : plan.files) {
    // The bytes are cached under another commit.
    const bool needs_link =
        planned.is_cached && !cache.FindFile(plan.repo, plan.commit, planned.file.path).has_value();
    if (needs_link) cache.Link(plan.repo, plan.commit, planned.file.path, planned.file.etag());
  }
  // The largest files come first, so that none of them is downloaded alone at the end.
  std::stable_sort(wanted.begin(), wanted.end(),
                   [](const auto* a, const auto* b) { return a->size > b->size; });
  if (!wanted.empty()) {
    RequireOnline(settings, plan.repo);
    DownloadPool(settings, cache, plan, std::move(wanted)).WaitAndReport(observer);
  }
  for (const std::string& name : plan.absent) cache.MarkMissing(plan.repo, plan.commit, name);
  cache.StoreCommit(plan.repo, plan.commit);
}

std::string SizeText(std::uint64_t bytes) {
  const auto value = Real(bytes);
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1'000'000) return fmt::format("{:.1f} kB", value / 1e3);
  if (bytes < 1'000'000'000) return fmt::format("{:.1f} MB", value / 1e6);
  return fmt::format("{:.2f} GB", value / 1e9);
}

}  // namespace zipflens
