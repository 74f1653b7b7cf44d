// The log-proportion of every token of a batch, and which tokens take part in the statistics.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "zipflens/counting/corpus_pass.h"
#include "zipflens/stats/token_counts.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// Tokens to leave out on request.
struct TokenControls {
  bool exclude_special = false;      // special tokens of the tokenizer: [UNK], [SEP], ...
  bool exclude_punctuation = false;  // tokens of punctuation only (as BERT's pre-tokenizer has it)
  int skip_positions = 0;            // positions below it

  /// "special", "punctuation": the classes left out.
  std::vector<std::string> ExcludedClasses() const;
};

/// Why a token takes no part; where several reasons hold, the first.
enum class LeftOut : std::uint8_t { kNo, kPosition, kSpecial, kPunctuation, kNeverCounted };

/// "" for kNo, else "position", "special", "punctuation", "never counted".
std::string LeftOutName(LeftOut reason);

/// a for every token of a batch by one source of counts.
struct BatchFrequency {
  std::vector<double> log_proportions;  // a, [B, S]; NaN: the token and its pairs take no part
  std::vector<LeftOut> left_out;        // [B, S]
  std::map<std::string, std::uint64_t> left_out_by_reason;
  std::uint64_t left_out_tokens = 0;
  std::uint64_t left_out_pairs = 0;  // pairs with a token that is left out

  /// What every table says that leaves something out: zipflens.batch_tokens, .left_out_tokens,
  /// .batch_pairs, .left_out_pairs.
  std::map<std::string, std::string> LeftOutMetadata(int sequence_length) const;

  std::span<const double> Sequence(int sequence_idx, int sequence_length) const {
    const auto length = static_cast<std::size_t>(sequence_length);
    return std::span(log_proportions)
        .subspan(static_cast<std::size_t>(sequence_idx) * length, length);
  }
};

/// Under Smoothing::kError a token that was never counted and is not left out on request is an
/// InputError naming it and its place.
BatchFrequency MakeBatchFrequency(const Batch& batch, const TokenCounts& counts,
                                  const Tokenizer& tokenizer, Smoothing smoothing,
                                  const TokenControls& controls);

/// Whether a vocabulary entry, less a leading "##", is punctuation only.
bool IsPunctuationToken(const std::string& token);

/// By id, [V]: 1 for a special token, else 0.
std::vector<std::uint8_t> SpecialTokenFlags(const Tokenizer& tokenizer);

}  // namespace zipflens
