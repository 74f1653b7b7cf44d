#include "zipflens/analysis/score_scratch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

static_assert(std::is_trivially_copyable_v<ScoreSums> && sizeof(ScoreSums) % sizeof(double) == 0);
constexpr std::size_t kSumsSize = sizeof(ScoreSums) / sizeof(double);

}  // namespace

ScoreScratch::ScoreScratch(const std::filesystem::path& path, std::size_t num_slots,
                           std::size_t num_sequences, std::size_t num_bins)
    : path_(path),
      num_sequences_(num_sequences),
      num_bins_(num_bins),
      file_(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
  const off_t size = num_slots * num_sequences * RecordSize() * sizeof(double);
  const int error = file_ < 0 ? errno : ::posix_fallocate(file_, 0, size);
  if (error == 0) return;
  if (file_ >= 0) ::close(file_);
  throw OutputError(fmt::format("{}: {}", path.string(), ErrnoText(error)));
}

ScoreScratch::~ScoreScratch() {
  ::close(file_);
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

std::size_t ScoreScratch::RecordSize() const { return kSumsSize + 4 * num_bins_; }

void ScoreScratch::Write(std::size_t slot, std::size_t sequence_idx,
                         const ScoreSummary& summary) const {
  std::vector<double> record(RecordSize(), std::numeric_limits<double>::quiet_NaN());
  std::memcpy(record.data(), &summary.sums, sizeof(ScoreSums));
  if (summary.bins.mean.size() == num_bins_) {
    auto place = record.begin() + kSumsSize;
    for (const auto* values : {&summary.bins.mean, &summary.bins.std, &summary.centred_bins.mean,
                               &summary.centred_bins.std}) {
      place = std::copy(values->begin(), values->end(), place);
    }
  }
  const std::size_t bytes = record.size() * sizeof(double);
  const off_t offset = (slot * num_sequences_ + sequence_idx) * bytes;
  if (std::cmp_equal(::pwrite(file_, record.data(), bytes, offset), bytes)) return;
  throw OutputError(fmt::format("{}: {}", path_.string(), ErrnoText(errno)));
}

HeadSummaries ScoreScratch::Read(std::size_t slot) const {
  const std::size_t record_size = RecordSize();
  std::vector<double> record(record_size);
  HeadSummaries all;
  all.sums.resize(num_sequences_);
  for (auto* values : {&all.mean, &all.std, &all.centred_mean, &all.centred_std}) {
    values->reserve(num_sequences_ * num_bins_);
  }
  const std::size_t bytes = record_size * sizeof(double);
  for (std::size_t sequence_idx = 0; sequence_idx < num_sequences_; ++sequence_idx) {
    const off_t offset = (slot * num_sequences_ + sequence_idx) * bytes;
    if (std::cmp_not_equal(::pread(file_, record.data(), bytes, offset), bytes)) {
      throw OutputError(fmt::format("{}: {}", path_.string(), ErrnoText(errno)));
    }
    std::memcpy(static_cast<void*>(&all.sums[sequence_idx]), record.data(), sizeof(ScoreSums));
    auto place = record.begin() + kSumsSize;
    for (auto* values : {&all.mean, &all.std, &all.centred_mean, &all.centred_std}) {
      const auto end = place + num_bins_;
      values->insert(values->end(), place, end);
      place = end;
    }
  }
  return all;
}

}  // namespace zipflens
