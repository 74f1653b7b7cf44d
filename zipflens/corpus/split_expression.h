// SplitExpression: selects rows of a data set in the syntax of Hugging Face `datasets`: train,
// train[:1%], train[100:200], train[-10%:], train[10%:20%]+train[-5%:].
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/corpus/row_range.h"

namespace zipflens {

/// A range of rows of one split.
struct SplitRange {
  std::string split;
  RowRange rows;
  bool operator==(const SplitRange&) const = default;
};

/// One term of a sum: SPLIT, SPLIT[FROM:TO] or SPLIT[FROM:TO](ROUNDING). Negative boundaries count
/// from the end.
struct SplitTerm {
  enum class Unit { kRows, kPercent };
  enum class Rounding {
    kClosest,        // round(p n / 100), halves to even
    kDropRemainder,  // p floor(n / 100): "pct1_dropremainder"; all percents have equally many rows
  };
  std::string split;
  std::optional<std::int64_t> from;
  std::optional<std::int64_t> to;
  Unit unit = Unit::kRows;
  Rounding rounding = Rounding::kClosest;
};

/// A sum of terms. The grammar and the arithmetic are those of `ReadInstruction` in `datasets` 5.2,
/// except that a range that ends before it begins is an error.
class SplitExpression {
 public:
  /// Throws InputError if `text` does not follow the grammar, a percentage exceeds 100, a rounding
  /// is unknown or has no percentage, or one sum has two roundings.
  static SplitExpression Parse(std::string_view text);

  /// Returns the rows of each term, in order, cut off at the end of the split. Terms may overlap;
  /// their common rows are then returned twice. `num_rows_of` returns the number of rows of a split
  /// and throws if there is no such split. Throws InputError if a range ends before it begins,
  /// pct1_dropremainder is used for fewer than 100 rows, or no row is left.
  std::vector<SplitRange> Resolve(
      const std::function<std::uint64_t(const std::string& split)>& num_rows_of) const;

  /// Replaces the expression "all" by the sum of `splits`; returns any other expression unchanged.
  SplitExpression WithAll(const std::vector<std::string>& splits) const;

  /// The names of the splits in the expression, each once, in order.
  std::vector<std::string> SplitNames() const;

  const std::vector<SplitTerm>& terms() const { return terms_; }
  /// The expression as the user wrote it.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<SplitTerm> terms_;
};

/// Returns whether `text` can be the name of a split: letters, digits, '_' and, between them,
/// single dots.
bool IsSplitName(std::string_view text);

}  // namespace zipflens
