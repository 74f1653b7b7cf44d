// Values per token type: means of a quantity over the occurrences of each token type in a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace zipflens {

/// The token types of a batch that take part in type-level statistics.
class TypeIndex {
 public:
  /// `token_ids` and `log_proportions`: [tokens of the batch], with the same log-proportion for the
  /// same id. Tokens whose log-proportion is NaN are left out.
  TypeIndex(std::span<const std::int32_t> token_ids, std::span<const double> log_proportions);

  /// T, the number of types.
  std::size_t size() const { return ids_.size(); }
  /// The token id of each type, ascending, [T].
  const std::vector<std::int32_t>& ids() const { return ids_; }
  /// The log-proportion a of each type, [T].
  const std::vector<double>& log_proportions() const { return log_proportions_; }
  /// How often each type occurs in the batch, [T].
  const std::vector<std::uint64_t>& occurrences() const { return occurrences_; }
  /// The index of the type with this id; kNoType if there is none.
  std::size_t TypeOf(std::int32_t token_id) const;
  static constexpr std::size_t kNoType = std::numeric_limits<std::size_t>::max();

 private:
  std::vector<std::int32_t> ids_;
  std::vector<double> log_proportions_;
  std::vector<std::uint64_t> occurrences_;
};

/// Sums of several quantities over the occurrences of each type, [quantities, types]. Every
/// quantity is summed over the same occurrences. Values are rounded to multiples of 2^-36 and
/// summed as integers, so the order of adding and merging does not change a byte. 8 bytes per sum.
class TypeSums {
 public:
  TypeSums(std::size_t num_quantities, std::size_t num_types);

  /// Counts the occurrences of one sequence; called once per sequence, whatever the number of
  /// quantities. `types`: [S], kNoType for a token that is left out.
  void Count(std::span<const std::size_t> types);
  /// Adds one quantity of the same sequence, [S]. Values of tokens that are left out are not read.
  /// Throws Error for NaN, and for a value or sum of more than 2^26 in size.
  void Add(std::size_t quantity, std::span<const std::size_t> types,
           std::span<const double> values);

  /// Whether each type occurs, [types].
  std::vector<bool> Present() const;
  /// Mean of one quantity for each type, [types]; NaN for a type that does not occur.
  std::vector<double> Means(std::size_t quantity) const;

 private:
  std::size_t num_types_;
  std::vector<std::int64_t> sums_;     // [quantities, types], in units of 2^-36
  std::vector<std::uint64_t> counts_;  // [types]
};

}  // namespace zipflens
