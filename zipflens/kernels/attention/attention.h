// One head's attention: scores, softmax and context in one pass over strips of queries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/attention/attention_strips.h"
#include "zipflens/kernels/attention/packed_head.h"
#include "zipflens/kernels/attention/score_rows.h"

namespace zipflens {

/// Where one head's results are written. A result whose view has no data is not computed. N is the
/// number of queries of the head, Q the number of chosen ones.
struct AttentionResults {
  MatrixView<float> scores = {};  // [N, S]: z = q k', rows of chosen queries only
  /// [Q, S], in the order of `chosen`: score_sums = score_share * z if starts_sums, else
  /// score_sums += score_share * z.
  MatrixView<float> score_sums = {};
  float score_share = 1.0f;
  bool starts_sums = false;
  /// Called for each strip of chosen queries in order, with kScoreStripRows rows, or fewer in the
  /// last strip. If empty, no rows are handed out.
  ScoreRowsFunction on_score_rows = {};
  /// [N, d], rows of chosen queries only: softmax(z) v. A NaN or +infinity in a row of z makes the
  /// row of the context NaN.
  MatrixView<float> context = {};
};

/// The scratch memory of one thread for AttendInto.
class AttentionScratch {
 public:
  /// For sequences of up to `max_length` tokens and heads of up to `max_head_size`.
  AttentionScratch(std::size_t max_length, std::size_t max_head_size);

 private:
  friend void AttendInto(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                         const PackedHead& head, AttentionScratch& scratch,
                         const AttentionResults& results);
  std::size_t max_length_;
  std::size_t max_head_size_;
  AlignedBuffer<float> queries_;  // this and the following: see AttentionStrips
  AlignedBuffer<float> scores_;
  AlignedBuffer<std::uint16_t> weights_;
  AlignedBuffer<float> tile_;
  AlignedBuffer<float> rows_;
};

/// Computes one head's attention for the chosen queries. `queries`: [N, d], scaled so that their
/// product with the keys is the score (Vaswani et al., arXiv:1706.03762, equation 1). `chosen`:
/// [Q], indices of queries, in any order. The scores of a strip of queries are computed, handed to
/// every result that uses them, and turned into the context, all while they are in the first-level
/// cache.
///
/// `head` determines to what the operands of both products are rounded; the weights of the values
/// are rounded before they are divided by their sum. Single-threaded. The results of a query depend
/// on the values, the sizes and the instruction set alone, not on which other queries are chosen.
void AttendInto(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                const PackedHead& head, AttentionScratch& scratch, const AttentionResults& results);

/// The plain loops that the kernel is tested against. They compute in double.
namespace reference {
/// `keys`, `values`: [S, d]. `on_score_rows` is called once, with all rows. If `rounds_weights`,
/// the weights of the values are rounded to bfloat16; callers round other operands themselves.
void AttendInto(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                MatrixView<const float> keys, MatrixView<const float> values,
                const AttentionResults& results, bool rounds_weights = false);
}  // namespace reference

}  // namespace zipflens
