// ZeroedBuffer: large tables of zeros, on huge pages where the system has them.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace zipflens {

inline constexpr std::size_t kHugePageBytes = std::size_t{1} << 21;

/// Pages of zeros straight from the system, at least `num_bytes`, at a 2-MB boundary and on huge
/// pages where there are as many bytes. Throws std::bad_alloc.
void* MapZeroedPages(std::size_t num_bytes);
/// Gives them back; null is none.
void UnmapPages(void* pages, std::size_t num_bytes) noexcept;

/// The same memory, with zeros behind it, for more bytes; it may move. On Linux memory of at
/// least a huge page moves without being copied; less is there twice meanwhile. Throws
/// std::bad_alloc, and nothing has happened.
void* GrowPages(void* pages, std::size_t num_bytes, std::size_t more_bytes);

/// Owns `size` elements of a trivial type T whose value of all zero bytes is a proper one, which
/// they have. Aligned to a page. Move only.
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

  /// To at least as many elements as there are; those that are new are zeros.
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
