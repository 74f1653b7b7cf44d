// SplitExpression: which rows of a dataset are meant, in the words of Hugging Face `datasets`:
// train, train[:1%], train[100:200], train[-10%:], train[10%:20%]+train[-5%:].
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// Rows begin..end-1, counted from 0; begin <= end.
struct RowRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t size() const { return end - begin; }
  bool operator==(const RowRange&) const = default;
};

/// Rows of one split.
struct SplitRange {
  std::string split;
  RowRange rows;
  bool operator==(const SplitRange&) const = default;
};

/// Rows of one shard, counted within it.
struct ShardRange {
  std::size_t shard_idx = 0;
  RowRange rows;
  bool operator==(const ShardRange&) const = default;
};

/// One term of a sum: SPLIT, SPLIT[FROM:TO] or SPLIT[FROM:TO](ROUNDING). Negative boundaries count
/// from the end.
struct SplitTerm {
  enum class Unit { kRows, kPercent };
  enum class Rounding {
    kClosest,        // round(p n / 100), halves to even
    kDropRemainder,  // p floor(n / 100): "pct1_dropremainder", where every percent has as many rows
  };
  std::string split;
  std::optional<std::int64_t> from;
  std::optional<std::int64_t> to;
  Unit unit = Unit::kRows;
  Rounding rounding = Rounding::kClosest;
};

/// A sum of terms; a value. The grammar and the arithmetic are those of `ReadInstruction` in
/// `datasets` 5.2, but for a range that ends before it begins, which is refused here.
class SplitExpression {
 public:
  /// Throws InputError: not of that form, a percentage beyond 100, a rounding that is not known or
  /// without percent, two roundings in one sum.
  static SplitExpression Parse(std::string_view text);

  /// The rows of each term, in order, cut off at the split's end; terms may overlap, and rows then
  /// come twice. `num_rows_of` gives the rows of a split and throws where there is no such split.
  /// Throws InputError: a range that ends before it begins, pct1_dropremainder of fewer than 100
  /// rows, no row at all.
  std::vector<SplitRange> Resolve(
      const std::function<std::uint64_t(const std::string& split)>& num_rows_of) const;

  /// "all" by itself becomes the sum of `splits`; every other expression stays as it is.
  SplitExpression WithAll(const std::vector<std::string>& splits) const;

  /// The splits named, each once, in order.
  std::vector<std::string> SplitNames() const;

  const std::vector<SplitTerm>& terms() const { return terms_; }
  /// As it was written.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<SplitTerm> terms_;
};

/// Letters, digits, '_' and, between them, single dots: what can be the name of a split.
bool IsSplitName(std::string_view text);

/// A corpus as a user names it: PLACE, PLACE:SPLIT or PLACE:CONFIG:SPLIT, where the place is a
/// file, glob, folder or hub name.
struct CorpusName {
  std::string place;
  std::string config;                    // may be empty
  std::optional<SplitExpression> split;  // empty: nothing was said
};

/// Takes a corpus name apart, at the colons behind its last slash and outside brackets (neither a
/// config nor a split holds a slash). Throws InputError: more than two such colons, an empty part,
/// a split that is none.
CorpusName ParseCorpusName(const std::string& text);

/// The shards that hold the rows of `range`, in order, given the rows of each shard.
std::vector<ShardRange> RangesOfShards(RowRange range,
                                       const std::vector<std::uint64_t>& rows_of_shards);

}  // namespace zipflens
