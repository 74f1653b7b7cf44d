#include "zipflens/base/zeroed_buffer.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <new>

namespace zipflens {
namespace {

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

// A page that is read before it is written costs two faults, and the second one interrupts every
// other thread of the process: so all are made at once.
void MakePages(void* pages, std::size_t num_bytes) {
#ifdef MADV_POPULATE_WRITE
  madvise(pages, num_bytes, MADV_POPULATE_WRITE);  // an older system makes them one by one
#else
  static_cast<void>(pages);
  static_cast<void>(num_bytes);
#endif
}

// Without any page made yet.
void* Reserve(std::size_t num_bytes) {
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

}  // namespace

void* MapZeroedPages(std::size_t num_bytes) {
  if (num_bytes == 0) return nullptr;
  void* const pages = Reserve(num_bytes);
  MakePages(pages, num_bytes);
  return pages;
}

void* GrowPages(void* pages, std::size_t num_bytes, std::size_t more_bytes) {
  if (pages == nullptr) return MapZeroedPages(more_bytes);
#ifdef MREMAP_FIXED
  // Onto the new place, which is whole huge pages too: the system moves entries of page tables.
  if (num_bytes >= kHugePageBytes) {
    const std::size_t kept = MappedBytes(num_bytes);
    auto* const moved = static_cast<char*>(Reserve(more_bytes));
    if (mremap(pages, kept, kept, MREMAP_MAYMOVE | MREMAP_FIXED, moved) == MAP_FAILED) {
      UnmapPages(moved, more_bytes);  // part of which may be gone, which munmap does not mind
      throw std::bad_alloc();
    }
    MakePages(moved + kept, MappedBytes(more_bytes) - kept);
    return moved;
  }
#endif
  void* const grown = MapZeroedPages(more_bytes);
  std::memcpy(grown, pages, num_bytes);
  UnmapPages(pages, num_bytes);
  return grown;
}

void UnmapPages(void* pages, std::size_t num_bytes) noexcept {
  if (pages != nullptr) munmap(pages, MappedBytes(num_bytes));
}

}  // namespace zipflens
