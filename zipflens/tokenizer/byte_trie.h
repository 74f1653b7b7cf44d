// ByteTrie: finds the longest of many strings that is a prefix of a text, without hashing or
// allocating.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/base/numbers.h"

namespace zipflens {

/// A trie over bytes, stored as a double array (Aoe 1989): finding the child of a node takes one
/// exclusive or and one comparison. No two nodes with children share a base, so a cell needs to
/// hold only the byte that leads to it, not its parent (Yata et al. 2007). A cell with its value
/// has eight bytes. Immutable after construction.
class ByteTrie {
 public:
  using Node = std::uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kNoNode = 0xFFFFFFFF;
  static constexpr std::int32_t kNoValue = -1;
  static constexpr std::size_t kMaxKeys = (std::size_t{1} << 23) - 1;

  ByteTrie() : ByteTrie(std::span<const std::string>()) {}
  /// The value of a key is its index; of equal keys the first one counts. A key may be empty and
  /// may contain any byte. There may be at most kMaxKeys keys.
  explicit ByteTrie(std::span<const std::string> keys);

  /// Returns the child of `node` by `byte`, or kNoNode.
  Node Child(Node node, unsigned char byte) const {
    const Node child = cells_[node].base ^ byte;
    return cells_[child].label == byte ? child : kNoNode;
  }
  /// Returns the index of the key that ends at a node, or kNoValue.
  std::int32_t Value(Node node) const {
    return static_cast<std::int32_t>(cells_[node].value_above) - 1;
  }
  /// Returns the node that `text` leads to from the root, or kNoNode.
  Node Walk(std::string_view text) const;

  struct Match {
    std::size_t length = 0;  // in bytes; 0: no match
    std::int32_t value = kNoValue;
  };
  /// Returns the longest non-empty prefix of `text` that leads from `node` to the end of a key.
  Match LongestMatch(std::string_view text, Node node = kRoot) const {
    Match match;
    for (std::size_t i = 0; i < text.size(); ++i) {
      node = Child(node, ByteOf(text[i]));
      if (node == kNoNode) break;
      // Conditional moves rather than a branch: a processor cannot predict whether a key ends here.
      const std::int32_t value = Value(node);
      match.length = value != kNoValue ? i + 1 : match.length;
      match.value = value != kNoValue ? value : match.value;
    }
    return match;
  }

 private:
  friend class ByteTrieBuilder;
  static constexpr std::uint32_t kNoLabel = 0x100;
  struct Cell {
    std::uint32_t base = 0;  // 0: no children
    std::uint32_t label : 9;
    std::uint32_t value_above : 23;  // the value plus 1; 0: none

    Cell() : label(kNoLabel), value_above(0) {}
  };
  static_assert(sizeof(Cell) == 8);
  std::vector<Cell> cells_;  // a multiple of 256, so that base ^ byte is always in range
};

}  // namespace zipflens
