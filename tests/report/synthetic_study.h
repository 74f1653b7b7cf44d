// A study made up from known laws, for looking at figures and testing them without a model.
#pragma once

#include "zipflens/study/study.h"

namespace zipflens {

struct SyntheticShape {
  std::size_t vocab_size = 30522;     // V
  std::size_t num_layers = 6;         // L
  std::size_t num_sequences = 64;     // B
  std::size_t sequence_length = 512;  // S
  std::size_t num_bins = 40;
  std::size_t num_heads = 12;  // H
  bool with_null = false;      // a null study beside it
  bool with_evidence = true;   // what stands beside the notebook's numbers
  std::vector<int> layers;     // empty: all
};

/// Zipf counts; sequences drawn from them; norms and scores that depend on log-proportion by an
/// amount that changes with depth, plus noise. The same shape gives the same study.
Study MakeSyntheticStudy(const SyntheticShape& shape);

}  // namespace zipflens
