#include "zipflens/analysis/batch_frequency.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string_view>

#include "zipflens/base/error.h"
#include "zipflens/base/utf8.h"
#include "zipflens/tokenizer/unicode_tables.h"

namespace zipflens {
namespace {

/// Decides for each token of a batch whether it takes part in the statistics.
class TokenFilter {
 public:
  TokenFilter(const Tokenizer& tokenizer, const TokenControls& controls)
      : controls_(controls), special_(SpecialTokenFlags(tokenizer)) {
    punctuation_.reserve(special_.size());
    for (const std::string& token : tokenizer.vocabulary()) {
      punctuation_.push_back(IsPunctuationToken(token));
    }
  }

  LeftOut ReasonToLeaveOut(std::int32_t id, std::size_t position, double log_proportion) const {
    if (position < controls_.skip_positions) return LeftOut::kPosition;
    if (controls_.exclude_special && special_[id] != 0) return LeftOut::kSpecial;
    if (controls_.exclude_punctuation && punctuation_[id]) return LeftOut::kPunctuation;
    return std::isnan(log_proportion) ? LeftOut::kNeverCounted : LeftOut::kNo;
  }

 private:
  TokenControls controls_;
  std::vector<std::uint8_t> special_;  // [V]
  std::vector<bool> punctuation_;      // [V]
};

[[noreturn]] void RefuseUncounted(const Batch& batch, std::size_t place, std::int32_t token_id,
                                  const Tokenizer& tokenizer, const TokenCounts& counts) {
  const std::size_t length = batch.sequence_length;
  throw InputError(
      {.source = "the batch",
       .place = fmt::format("sequence {}, position {}", place / length, place % length),
       .found = fmt::format("token {} (\"{}\"), which the {} counted tokens do not hold", token_id,
                            tokenizer.Token(token_id), counts.total),
       .expected = "counted tokens only (`smoothing` = error)"});
}

// Counts the tokens and pairs that are left out.
void CountLeftOut(BatchFrequency& frequency) {
  const std::size_t length = frequency.sequence_length;
  frequency.left_out_by_reason.clear();
  frequency.left_out_tokens = frequency.left_out_pairs = 0;
  for (std::size_t begin = 0; begin < frequency.left_out.size(); begin += length) {
    std::uint64_t kept = length;
    for (const LeftOut reason : std::span(frequency.left_out).subspan(begin, length)) {
      if (reason == LeftOut::kNo) continue;
      ++frequency.left_out_by_reason[LeftOutName(reason)];
      --kept;
    }
    frequency.left_out_tokens += length - kept;
    frequency.left_out_pairs += length * length - kept * kept;
  }
}

}  // namespace

std::vector<std::string> TokenControls::ExcludedClasses() const {
  std::vector<std::string> classes;
  if (exclude_special) classes.emplace_back("special");
  if (exclude_punctuation) classes.emplace_back("punctuation");
  return classes;
}

std::string LeftOutName(LeftOut reason) {
  switch (reason) {
    case LeftOut::kNo:
      return "";
    case LeftOut::kPosition:
      return "position";
    case LeftOut::kSpecial:
      return "special";
    case LeftOut::kPunctuation:
      return "punctuation";
    case LeftOut::kNeverCounted:
      return "never counted";
  }
  return {};
}

BatchFrequency MakeBatchFrequency(const Batch& batch, const TokenCounts& counts,
                                  const Tokenizer& tokenizer, Smoothing smoothing,
                                  const TokenControls& controls) {
  const std::vector<double> log_proportion_of = LogProportions(counts, smoothing);
  const TokenFilter filter(tokenizer, controls);
  const std::size_t length = batch.sequence_length;
  BatchFrequency frequency;
  frequency.sequence_length = length;
  frequency.log_proportions.reserve(batch.token_ids.size());
  frequency.left_out.reserve(batch.token_ids.size());
  for (std::size_t place = 0; place < batch.token_ids.size(); ++place) {
    const std::int32_t id = batch.token_ids[place];
    const double a = log_proportion_of[id];
    const LeftOut reason = filter.ReasonToLeaveOut(id, place % length, a);
    if (reason == LeftOut::kNeverCounted && smoothing == Smoothing::kError) {
      RefuseUncounted(batch, place, id, tokenizer, counts);
    }
    const bool takes_part = reason == LeftOut::kNo;
    frequency.log_proportions.push_back(takes_part ? a : std::numeric_limits<double>::quiet_NaN());
    frequency.left_out.push_back(reason);
  }
  CountLeftOut(frequency);
  return frequency;
}

void LeaveOutOfBoth(BatchFrequency& one, BatchFrequency& other) {
  const auto leave_out = [](const BatchFrequency& from, BatchFrequency& to) {
    for (std::size_t place = 0; place < to.left_out.size(); ++place) {
      if (from.left_out[place] == LeftOut::kNo || to.left_out[place] != LeftOut::kNo) continue;
      to.left_out[place] = from.left_out[place];
      to.log_proportions[place] = std::numeric_limits<double>::quiet_NaN();
    }
    CountLeftOut(to);
  };
  leave_out(one, other);
  leave_out(other, one);
}

bool IsPunctuationToken(const std::string& token) {
  std::string_view text = token;
  if (text.size() > 2 && text.starts_with("##")) text.remove_prefix(2);
  std::size_t offset = 0;
  while (offset < text.size()) {
    const char32_t code_point = NextCodePoint(text, offset);
    if ((unicode::Properties(code_point) & unicode::kPunctuation) == 0) return false;
  }
  return !text.empty();
}

std::vector<std::uint8_t> SpecialTokenFlags(const Tokenizer& tokenizer) {
  std::vector<std::uint8_t> flags(tokenizer.vocab_size(), 0);
  for (const std::int32_t id : tokenizer.special_ids()) flags[id] = 1;
  return flags;
}

std::map<std::string, std::string> BatchFrequency::LeftOutMetadata() const {
  const std::size_t num_tokens = left_out.size();
  return {{"zipflens.batch_tokens", std::to_string(num_tokens)},
          {"zipflens.left_out_tokens", std::to_string(left_out_tokens)},
          {"zipflens.batch_pairs", std::to_string(num_tokens * sequence_length)},
          {"zipflens.left_out_pairs", std::to_string(left_out_pairs)}};
}

}  // namespace zipflens
