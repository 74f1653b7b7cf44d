// One head's attention: scores, softmax and context in one pass, a few queries at a time.
#pragma once

#include <cstddef>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// One head's keys and values, as panels.h lays them out; all its queries are attended with them.
struct PackedHead {
  const float* keys;      // of K' [d, S]: PackPanelsTransposed
  const float* values;    // of V [S, d]: PackPanels; unused where no context is wanted
  std::size_t length;     // S
  std::size_t head_size;  // d
};

/// Where one head's results go, for Q queries; a view without data is not wanted.
struct AttentionResults {
  MatrixView<float> scores = {};      // [Q, S]: z = q k'
  MatrixView<float> score_sums = {};  // [Q, S]: `score_share` z is added, or put if `starts_sums`
  float score_share = 1.0f;
  bool starts_sums = false;
  MatrixView<float> context = {};  // [Q, d]: softmax(z) v. A NaN or +infinity in a row of z makes
                                   // its row of the context NaN.
};

/// One thread's memory for AttendInto.
class AttentionScratch {
 public:
  /// For sequences of up to `max_length` tokens and heads of up to `max_head_size`.
  AttentionScratch(std::size_t max_length, std::size_t max_head_size);

 private:
  friend void AttendInto(MatrixView<const float> queries, const PackedHead& head,
                         AttentionScratch& scratch, const AttentionResults& results);
  std::size_t max_length_;
  std::size_t max_head_size_;
  AlignedBuffer<float> queries_;  // a tile's rows
  AlignedBuffer<float> scores_;   // a tile's rows, every key
  AlignedBuffer<float> tile_;
};

/// `queries`: [Q, d], scaled so that their product with the keys is the score (Vaswani et al.,
/// arXiv:1706.03762, equation 1). A few queries' scores are computed, read for all that is wanted
/// of them and turned into the context while they are in the first-level cache. Single-threaded;
/// results depend on the values, the sizes and the instruction set alone, not on how queries are
/// cut into blocks.
void AttendInto(MatrixView<const float> queries, const PackedHead& head, AttentionScratch& scratch,
                const AttentionResults& results);

/// The plain loops that the kernel is tested against; double inside.
namespace reference {
/// `keys`, `values`: [S, d].
void AttendInto(MatrixView<const float> queries, MatrixView<const float> keys,
                MatrixView<const float> values, const AttentionResults& results);
}  // namespace reference

}  // namespace zipflens
