#include "zipflens/base/zeroed_buffer.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <new>

namespace zipflens {
namespace {

// Small tables use the pages that they need; large ones use whole huge pages.
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

// Makes all pages at once. A page that is read before it is written otherwise costs two page
// faults, and the second one interrupts every other thread of the process.
void MakePages(void* pages, std::size_t num_bytes) {
#ifdef MADV_POPULATE_WRITE
  madvise(pages, num_bytes,
          MADV_POPULATE_WRITE);  // on failure (older systems) pages are made one by one
#else
  static_cast<void>(pages);
  static_cast<void>(num_bytes);
#endif
}

// Reserves addresses; no page is made yet.
void* Reserve(std::size_t num_bytes) {
  if (num_bytes < kHugePageBytes) return Map(num_bytes);
  // Unmaps the part before the first 2-MB boundary and the part after the bytes that are wanted.
  const std::size_t kept = MappedBytes(num_bytes);
  auto* const mapped = static_cast<char*>(Map(kept + kHugePageBytes));
  const std::size_t misplaced = reinterpret_cast<std::uintptr_t>(mapped) % kHugePageBytes;
  const std::size_t before = kHugePageBytes - misplaced;
  munmap(mapped, before);
  if (misplaced != 0) munmap(mapped + before + kept, misplaced);
#ifdef MADV_HUGEPAGE
  madvise(mapped + before, kept, MADV_HUGEPAGE);  // a hint, which may be ignored
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
  // Moves the mapping to the new address range. Both are whole huge pages, so the system moves page
  // table entries.
  if (num_bytes >= kHugePageBytes) {
    const std::size_t kept = MappedBytes(num_bytes);
    auto* const moved = static_cast<char*>(Reserve(more_bytes));
    if (mremap(pages, kept, kept, MREMAP_MAYMOVE | MREMAP_FIXED, moved) == MAP_FAILED) {
      UnmapPages(moved, more_bytes);  // a part may be unmapped already, which munmap accepts
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
