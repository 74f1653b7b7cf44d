#include "zipflens/tokenizer/byte_trie.h"

#include <algorithm>
#include <numeric>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

constexpr std::uint32_t kBlockSize = 256;
// The number of free cells that are tried for a node before a new block is added.
constexpr int kMaxTries = 64;
// Masks of the value and of the byte in a cell.
constexpr std::uint32_t kValueBits = 0x7FFFFF;
constexpr std::uint32_t kByteBits = 0xFF;

}  // namespace

// Places the sorted keys into cells, all children of one node at a time.
class ByteTrieBuilder {
 public:
  ByteTrieBuilder(std::span<const std::string> keys, std::vector<ByteTrie::Cell>& cells)
      : keys_(keys), cells_(cells), order_(keys.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return keys_[a] < keys_[b]; });
  }

  void Build() {
    AddBlock();
    has_base_[0] = true;  // base 0 means: no children
    taken_[ByteTrie::kRoot] = true;
    std::vector<Range> open = {{ByteTrie::kRoot, 0, order_.size(), 0}};
    while (!open.empty()) {
      const Range range = open.back();
      open.pop_back();
      PlaceChildren(range, open);
    }
  }

 private:
  // The keys order_[begin, end) share the `depth` bytes that lead to `node`.
  struct Range {
    ByteTrie::Node node;
    std::size_t begin, end, depth;
  };

  void PlaceChildren(Range range, std::vector<Range>& open) {
    while (range.begin < range.end && Key(range.begin).size() == range.depth) {
      ByteTrie::Cell& cell = cells_[range.node];
      if (cell.value_above == 0) {
        cell.value_above = static_cast<std::uint32_t>(order_[range.begin] + 1) & kValueBits;
      }
      ++range.begin;
    }
    std::vector<Range> children;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const bool same = i > range.begin && ByteAt(i, range.depth) == ByteAt(i - 1, range.depth);
      if (!same) children.push_back({0, i, i, range.depth + 1});
      children.back().end = i + 1;
    }
    if (children.empty()) return;
    const std::uint32_t base = FindBase(children, range.depth);
    cells_[range.node].base = base;
    has_base_[base] = true;
    for (Range& child : children) {
      const std::uint32_t byte = ByteAt(child.begin, range.depth);
      child.node = base ^ byte;
      taken_[child.node] = true;
      cells_[child.node].label = byte & kByteBits;
      open.push_back(child);
    }
  }

  // Returns an unused base with which the cells of all children are free.
  std::uint32_t FindBase(const std::vector<Range>& children, std::size_t depth) {
    const std::uint32_t first_byte = ByteAt(children.front().begin, depth);
    std::uint32_t cell = FirstFree();
    for (int tries = 0; tries < kMaxTries && cell < cells_.size(); ++tries) {
      const std::uint32_t base = cell ^ first_byte;
      const bool fits = !has_base_[base] && std::ranges::all_of(children, [&](const Range& child) {
        return !taken_[base ^ ByteAt(child.begin, depth)];
      });
      if (fits) return base;
      do ++cell;
      while (cell < cells_.size() && taken_[cell]);
    }
    const auto base = static_cast<std::uint32_t>(cells_.size());
    AddBlock();
    return base;
  }

  std::uint32_t FirstFree() {
    while (first_free_ < cells_.size() && taken_[first_free_]) ++first_free_;
    return first_free_;
  }

  void AddBlock() {
    cells_.resize(cells_.size() + kBlockSize);
    taken_.resize(cells_.size(), false);
    has_base_.resize(cells_.size(), false);
    // Free cells far before the end are abandoned, because searching them repeatedly would take
    // quadratic time.
    constexpr std::uint32_t kWindow = 16 * kBlockSize;
    const auto size = static_cast<std::uint32_t>(cells_.size());
    if (size > kWindow) first_free_ = std::max(first_free_, size - kWindow);
  }

  const std::string& Key(std::size_t i) const { return keys_[order_[i]]; }
  std::uint32_t ByteAt(std::size_t i, std::size_t depth) const { return ByteOf(Key(i)[depth]); }

  std::span<const std::string> keys_;
  std::vector<ByteTrie::Cell>& cells_;
  std::vector<std::size_t> order_;
  std::vector<bool> taken_;
  std::vector<bool> has_base_;  // by base: whether some node has it
  std::uint32_t first_free_ = 0;
};

ByteTrie::ByteTrie(std::span<const std::string> keys) {
  ZIPFLENS_CHECK(keys.size() <= kMaxKeys);
  ByteTrieBuilder(keys, cells_).Build();
}

ByteTrie::Node ByteTrie::Walk(std::string_view text) const {
  Node node = kRoot;
  for (const char byte : text) {
    if (node == kNoNode) break;
    node = Child(node, ByteOf(byte));
  }
  return node;
}

}  // namespace zipflens
