#include "zipflens/tokenizer/byte_trie.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>

namespace zipflens {
namespace {

TEST(ByteTrie, EmptyMatchesNothing) {
  const ByteTrie trie;
  EXPECT_EQ(trie.LongestMatch("a").length, 0U);
  EXPECT_EQ(trie.Walk("a"), ByteTrie::kNoNode);
  EXPECT_EQ(trie.Walk(""), ByteTrie::kRoot);
}

TEST(ByteTrie, LongestOfNestedKeys) {
  const std::vector<std::string> keys = {"a", "abc", "", "abcde", "b"};
  const ByteTrie trie(keys);
  EXPECT_EQ(trie.LongestMatch("abcdx").length, 3U);
  EXPECT_EQ(trie.LongestMatch("abcdx").value, 1);
  EXPECT_EQ(trie.LongestMatch("abcde").value, 3);
  EXPECT_EQ(trie.LongestMatch("x").length, 0U);
  EXPECT_EQ(trie.LongestMatch("cde", trie.Walk("ab")).value, 3);
}

TEST(ByteTrie, FirstOfEqualKeysCounts) {
  const std::vector<std::string> keys = {"x", "ab", "ab"};
  EXPECT_EQ(ByteTrie(keys).LongestMatch("ab").value, 1);
}

TEST(ByteTrie, AgreesWithAHashTableOnRandomBytes) {
  std::mt19937 random(1);  // fixed seed
  const auto random_string = [&](unsigned max_length, unsigned bytes) {
    std::string text(random() % max_length, '\0');
    for (char& byte : text) byte = static_cast<char>(random() % bytes);
    return text;
  };
  for (const unsigned bytes : {2U, 4U, 256U}) {
    std::vector<std::string> keys;
    std::unordered_map<std::string, std::int32_t> table;
    for (std::int32_t i = 0; i < 20000; ++i) {
      keys.push_back(random_string(12, bytes));
      table.emplace(keys.back(), i);
    }
    const ByteTrie trie(keys);
    for (int i = 0; i < 20000; ++i) {
      const std::string text = random_string(14, bytes);
      ByteTrie::Match expected;
      for (std::size_t length = 1; length <= text.size(); ++length) {
        const auto found = table.find(text.substr(0, length));
        if (found != table.end()) expected = {length, found->second};
      }
      const ByteTrie::Match match = trie.LongestMatch(text);
      ASSERT_EQ(match.length, expected.length);
      ASSERT_EQ(match.value, expected.value);
    }
  }
}

}  // namespace
}  // namespace zipflens
