// One point per token type: means of a quantity over the occurrences of each token in a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace zipflens {

/// The token types of a batch that take part in type-level statistics.
class TypeIndex {
 public:
  /// `token_ids` and `log_proportions`: [tokens of the batch], the same a for the same id; tokens
  /// whose a is NaN are left out.
  TypeIndex(std::span<const std::int32_t> token_ids, std::span<const double> log_proportions);

  /// Types, T.
  std::size_t size() const { return ids_.size(); }
  /// Token ids, ascending, [T].
  const std::vector<std::int32_t>& ids() const { return ids_; }
  /// a, [T].
  const std::vector<double>& log_proportions() const { return log_proportions_; }
  /// Tokens of the batch, [T].
  const std::vector<std::uint64_t>& occurrences() const { return occurrences_; }
  /// The type of an id; kNoType for one that is not there.
  std::size_t TypeOf(std::int32_t token_id) const;
  static constexpr std::size_t kNoType = static_cast<std::size_t>(-1);

 private:
  std::vector<std::int32_t> ids_;
  std::vector<double> log_proportions_;
  std::vector<std::uint64_t> occurrences_;
};

/// Sums of quantities over the occurrences of each type, [quantities, types], all over the same
/// occurrences. Values are rounded to multiples of 2^-36 and summed as integers: any order of
/// adding and merging gives the same bytes. 8 bytes a sum.
class TypeSums {
 public:
  TypeSums(std::size_t num_quantities, std::size_t num_types);

  /// Counts one sequence's occurrences: once, whatever the number of quantities. `types`: [S],
  /// kNoType: left out.
  void Count(std::span<const std::size_t> types);
  /// Adds the same sequence's values of one quantity, [S]; those of tokens left out are not read.
  /// Throws Error for NaN and for a value or sum beyond 2^26.
  void Add(std::size_t quantity, std::span<const std::size_t> types,
           std::span<const double> values);
  /// Adds another part of the batch. Same shape.
  void Merge(const TypeSums& other);

  /// Whether each type occurs, [types].
  std::vector<bool> Present() const;
  /// Mean of a quantity by type, [types]; NaN for a type that does not occur.
  std::vector<double> Means(std::size_t quantity) const;

 private:
  std::size_t num_types_;
  std::vector<std::int64_t> sums_;     // [quantities, types], in units of 2^-36
  std::vector<std::uint64_t> counts_;  // [types]
};

}  // namespace zipflens
