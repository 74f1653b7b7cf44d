// ZeroedBuffer: large tables of zeros, on huge pages if the system has them.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace zipflens {

inline constexpr std::size_t kHugePageBytes = std::size_t{1} << 21;

/// Maps pages of zeros from the system, at least `num_bytes`. From 2 MB on they start at a 2-MB
/// boundary and are huge pages if the system has them. Returns null for 0 bytes. Throws
/// std::bad_alloc.
void* MapZeroedPages(std::size_t num_bytes);
/// Unmaps such pages; does nothing for null.
void UnmapPages(void* pages, std::size_t num_bytes) noexcept;

/// Grows the mapping from `num_bytes` to `more_bytes` and zero-fills the new part. The address may
/// change. On Linux, memory of at least a huge page moves without being copied; smaller memory is
/// copied and meanwhile exists twice. If it throws bad_alloc, nothing has changed.
void* GrowPages(void* pages, std::size_t num_bytes, std::size_t more_bytes);

/// Owns `size` elements of a trivial type T, which are all zero bytes at first; that must be a
/// valid value of T. Aligned to a page. Move only.
template <typename T>
class ZeroedBuffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  ZeroedBuffer() = default;
  explicit ZeroedBuffer(std::size_t size)
      : data_(static_cast<T*>(MapZeroedPages(size * sizeof(T)))), size_(size) {}
  ~ZeroedBuffer() { UnmapPages(data_, size_ * sizeof(T)); }
  ZeroedBuffer(ZeroedBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  ZeroedBuffer& operator=(ZeroedBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  /// Grows the buffer to `size` elements, at least as many as it has. The new elements are zero
  /// bytes.
  void Grow(std::size_t size) {
    data_ = static_cast<T*>(GrowPages(data_, size_ * sizeof(T), size * sizeof(T)));
    size_ = size;
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace zipflens
