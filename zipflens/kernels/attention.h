// One head's attention: scores, softmax and context in one pass, a few queries at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/attention_strips.h"
#include "zipflens/kernels/packed_head.h"

namespace zipflens {

/// Hears one head's scores while they are in the first-level cache.
class ScoreRowsListener {
 public:
  virtual ~ScoreRowsListener() = default;
  /// `scores`: [rows, S], of the chosen queries from `first` on; kScoreStripRows rows but for the
  /// last ones. Valid during the call.
  virtual void OnScoreRows(std::size_t first, MatrixView<const float> scores) = 0;
};

/// Where one head's results go; a view without data is not wanted. N: queries there are, Q: those
/// that are chosen.
struct AttentionResults {
  MatrixView<float> scores = {};      // [N, S]: z = q k', of the chosen ones
  MatrixView<float> score_sums = {};  // [Q, S], in the order in which queries are chosen:
                                      // `score_share` z is added, or put if `starts_sums`
  float score_share = 1.0f;
  bool starts_sums = false;
  ScoreRowsListener* score_rows = nullptr;
  MatrixView<float> context = {};  // [N, d], of the chosen ones: softmax(z) v. A NaN or +infinity
                                   // in a row of z makes its row of the context NaN.
};

/// One thread's memory for AttendInto.
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
  AlignedBuffer<float> queries_;  // these as AttentionStrips says
  AlignedBuffer<float> scores_;
  AlignedBuffer<std::uint16_t> weights_;
  AlignedBuffer<float> tile_;
  AlignedBuffer<float> rows_;
};

/// `queries`: [N, d], scaled so that their product with the keys is the score (Vaswani et al.,
/// arXiv:1706.03762, equation 1). `chosen`: [Q], which of them, in any order. A strip of queries'
/// scores is computed, read for all that is wanted of it and turned into the context while it is in
/// the first-level cache. The head says what the operands of both products are rounded to (the
/// weights of the values before they are divided by their sum). Single-threaded; results of a query
/// depend on the values, the sizes and the instruction set alone, not on what else is chosen.
void AttendInto(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                const PackedHead& head, AttentionScratch& scratch, const AttentionResults& results);

/// The plain loops that the kernel is tested against; double inside.
namespace reference {
/// `keys`, `values`: [S, d]. All rows of scores come at once. The weights of the values are rounded
/// to bfloat16 if `rounds_weights`; whoever wants other operands rounded passes them so.
void AttendInto(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                MatrixView<const float> keys, MatrixView<const float> values,
                const AttentionResults& results, bool rounds_weights = false);
}  // namespace reference

}  // namespace zipflens
