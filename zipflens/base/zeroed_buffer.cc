#include "zipflens/base/zeroed_buffer.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace zipflens {
namespace {

constexpr std::size_t kHugePageBytes = std::size_t{1} << 21;

// Small tables are whatever pages they need, large ones whole huge pages.
std::size_t MappedBytes(std::size_t num_bytes) {
  if (num_bytes < kHugePageBytes) return num_bytes;
  return (num_bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
}

void* Map(std::size_t num_bytes) {
  void* const pages = mmap(nullptr, num_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                           /*fd=*/-1, /*offset=*/0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  return pages;
}

}  // namespace

void* MapZeroedPages(std::size_t num_bytes) {
  if (num_bytes == 0) return nullptr;
  if (num_bytes < kHugePageBytes) return Map(num_bytes);
  // What stands before the first boundary, and behind the bytes wanted, goes back at once.
  const std::size_t kept = MappedBytes(num_bytes);
  auto* const mapped = static_cast<char*>(Map(kept + kHugePageBytes));
  const std::size_t misplaced = reinterpret_cast<std::uintptr_t>(mapped) % kHugePageBytes;
  const std::size_t before = kHugePageBytes - misplaced;
  munmap(mapped, before);
  if (misplaced != 0) munmap(mapped + before + kept, misplaced);
#ifdef MADV_HUGEPAGE
  madvise(mapped + before, kept, MADV_HUGEPAGE);  // a system without them works the same
#endif
  return mapped + before;
}

void UnmapPages(void* pages, std::size_t num_bytes) noexcept {
  if (pages != nullptr) munmap(pages, MappedBytes(num_bytes));
}

}  // namespace zipflens
