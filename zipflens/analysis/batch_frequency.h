// BatchFrequency: the log-proportion of every token of a batch, and which tokens take part in the
// statistics.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "zipflens/counting/corpus_pass.h"
#include "zipflens/stats/token_counts.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// Which tokens the user excludes from the statistics.
struct TokenControls {
  bool exclude_special = false;      // special tokens of the tokenizer: [UNK], [SEP], ...
  bool exclude_punctuation = false;  // tokens of punctuation only, as in BERT's pre-tokenizer
  std::size_t skip_positions = 0;    // tokens at positions 0 .. skip_positions - 1

  /// Returns the names of the excluded classes: "special", "punctuation".
  std::vector<std::string> ExcludedClasses() const;
};

/// Why a token takes no part in the statistics. If several reasons apply, the first one counts.
enum class LeftOut : std::uint8_t { kNo, kPosition, kSpecial, kPunctuation, kNeverCounted };

/// Returns "" for kNo, else "position", "special", "punctuation" or "never counted".
std::string LeftOutName(LeftOut reason);

/// The log-proportion a of every token of a batch, from one source of counts.
struct BatchFrequency {
  std::size_t sequence_length = 0;      // S
  std::vector<double> log_proportions;  // a, [B, S]; NaN: the token and its pairs are left out
  std::vector<LeftOut> left_out;        // [B, S]
  std::map<std::string, std::uint64_t> left_out_by_reason;
  std::uint64_t left_out_tokens = 0;
  std::uint64_t left_out_pairs = 0;  // token pairs with at least one such token

  /// Returns the metadata of tables that leave something out: zipflens.batch_tokens,
  /// .left_out_tokens, .batch_pairs, .left_out_pairs.
  std::map<std::string, std::string> LeftOutMetadata() const;

  /// a of one sequence, [S].
  std::span<const double> Sequence(std::size_t sequence_idx) const {
    return std::span(log_proportions).subspan(sequence_idx * sequence_length, sequence_length);
  }
};

/// Computes the log-proportions of a batch. Under Smoothing::kError, throws InputError that names
/// the token and its place if a token was never counted and is not excluded by `controls`.
BatchFrequency MakeBatchFrequency(const Batch& batch, const TokenCounts& counts,
                                  const Tokenizer& tokenizer, Smoothing smoothing,
                                  const TokenControls& controls);

/// Leaves out of both frequencies of one batch every token that one of them leaves out, for the
/// same reason, so that they describe the same tokens.
void LeaveOutOfBoth(BatchFrequency& one, BatchFrequency& other);

/// Returns whether a vocabulary entry, without a leading "##", consists of punctuation only.
bool IsPunctuationToken(const std::string& token);

/// Returns, by id, 1 for a special token and 0 for any other. [V]
std::vector<std::uint8_t> SpecialTokenFlags(const Tokenizer& tokenizer);

}  // namespace zipflens
