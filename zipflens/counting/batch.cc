#include "zipflens/counting/batch.h"

#include <algorithm>
#include <array>

#include "zipflens/base/random_numbers.h"

namespace zipflens {
namespace {

// Separates these random numbers from those of RandomPurpose (kernels/statistics/counter_random.h),
// which lists the value as kRandomBatch.
constexpr std::uint32_t kPurpose = 7;

std::uint32_t Low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t High(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

// 128 random bits of a document.
std::array<std::uint32_t, 4> BitsOf(std::uint64_t seed, std::uint64_t document_idx) {
  return Philox4x32({0, kPurpose, Low(document_idx), High(document_idx)}, {Low(seed), High(seed)});
}

std::uint64_t Join(std::uint32_t high, std::uint32_t low) {
  return (std::uint64_t{high} << 32) | low;
}

// A number from 0 .. bound - 1 from 64 random bits. No number is more likely than another by more
// than the share bound / 2^64.
std::uint64_t Below(std::uint64_t bits, std::uint64_t bound) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((Wide{bits} * bound) >> 64);
}

std::vector<std::pair<std::int32_t, std::uint64_t>> CountsOf(std::span<const std::int32_t> ids) {
  std::vector<std::int32_t> sorted(ids.begin(), ids.end());
  std::ranges::sort(sorted);
  std::vector<std::pair<std::int32_t, std::uint64_t>> counts;
  for (const std::int32_t id : sorted) {
    if (counts.empty() || counts.back().first != id) counts.emplace_back(id, 0);
    ++counts.back().second;
  }
  counts.shrink_to_fit();
  return counts;
}

}  // namespace

std::string BatchChoiceName(BatchChoice choice) {
  return choice == BatchChoice::kFirst ? "first" : "random";
}

BatchCollector::BatchCollector(BatchChoice choice, std::size_t num_sequences,
                               std::size_t sequence_length, std::uint64_t seed, bool keeps_counts)
    : choice_(choice),
      num_sequences_(num_sequences),
      sequence_length_(sequence_length),
      seed_(seed),
      keeps_counts_(keeps_counts) {}

BatchCollector::Key BatchCollector::KeyOf(std::uint64_t document_idx) const {
  if (choice_ == BatchChoice::kFirst) return {0, document_idx};
  const std::array<std::uint32_t, 4> bits = BitsOf(seed_, document_idx);
  return {Join(bits[0], bits[1]), document_idx};
}

bool BatchCollector::Wants(std::uint64_t document_idx, std::uint64_t num_tokens) const {
  if (num_sequences_ == 0 || num_tokens < sequence_length_) return false;
  return !full() || KeyOf(document_idx) < chosen_.rbegin()->first;
}

void BatchCollector::Add(const Document& document, std::span<const std::int32_t> ids,
                         bool is_counted) {
  Sequence sequence;
  sequence.title = document.title;
  sequence.is_counted = is_counted;
  if (choice_ == BatchChoice::kRandom) {
    const std::array<std::uint32_t, 4> bits = BitsOf(seed_, document.index);
    sequence.offset = Below(Join(bits[2], bits[3]), ids.size() - sequence_length_ + 1);
  }
  const auto tokens = ids.subspan(sequence.offset, sequence_length_);
  sequence.token_ids.assign(tokens.begin(), tokens.end());
  if (keeps_counts_ && is_counted) sequence.counts = CountsOf(ids);
  if (full()) chosen_.erase(std::prev(chosen_.end()));
  chosen_.emplace(KeyOf(document.index), std::move(sequence));
}

Batch BatchCollector::MakeBatch() const {
  std::map<std::uint64_t, const Sequence*> by_document;
  for (const auto& [key, sequence] : chosen_) by_document.emplace(key.second, &sequence);
  Batch batch;
  batch.num_sequences = chosen_.size();
  batch.sequence_length = sequence_length_;
  for (const auto& [document_idx, sequence] : by_document) {
    batch.documents.push_back(document_idx);
    batch.offsets.push_back(sequence->offset);
    batch.titles.push_back(sequence->title);
    batch.token_ids.insert(batch.token_ids.end(), sequence->token_ids.begin(),
                           sequence->token_ids.end());
  }
  return batch;
}

std::uint64_t BatchCollector::NumCounted() const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(chosen_, [](const auto& chosen) { return chosen.second.is_counted; }));
}

}  // namespace zipflens
