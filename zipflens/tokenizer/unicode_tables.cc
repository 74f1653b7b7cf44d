#include "zipflens/tokenizer/unicode_tables.h"

#include <algorithm>

namespace zipflens::unicode {

std::span<const char32_t> Find(const CodePointMap& map, char32_t code_point) {
  const char32_t* end = map.from + map.size;
  const char32_t* found = std::lower_bound(map.from, end, code_point);
  if (found == end || *found != code_point) return {};
  const std::size_t i = found - map.from;
  return {map.pool + map.offset[i], map.pool + map.offset[i + 1]};
}

unsigned CombiningRank(char32_t code_point) {
  const char32_t* end = kCombiningRanks.from + kCombiningRanks.size;
  const char32_t* found = std::lower_bound(kCombiningRanks.from, end, code_point);
  if (found == end || *found != code_point) return 0;
  return kCombiningRanks.rank[found - kCombiningRanks.from];
}

}  // namespace zipflens::unicode
