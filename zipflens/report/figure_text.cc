#include "zipflens/report/figure_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "zipflens/base/numbers.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/base/utf8.h"
#include "zipflens/figures/ticks.h"

namespace zipflens {
namespace {

constexpr std::size_t kLongestName = 48;  // characters

std::string Shortened(const std::string& name) {
  std::string line = OneLine(name);
  std::u32string characters;
  for (std::size_t offset = 0; offset < line.size();) {
    characters += NextCodePoint(line, offset);
  }
  if (characters.size() <= kLongestName) return line;
  std::string out;
  const std::size_t half = kLongestName / 2;
  for (std::size_t i = 0; i < half; ++i) AppendUtf8(characters[i], out);
  out += "\u2026";
  for (std::size_t i = characters.size() - half; i < characters.size(); ++i) {
    AppendUtf8(characters[i], out);
  }
  return out;
}

/// "1.2 %".
std::string ShareText(double part, double whole) {
  const double percent = whole > 0 ? 100 * part / whole : 0.0;
  return fmt::format("{}\u00a0%", percent > 0 && percent < 0.05 ? "< 0.1" : NumberText(percent, 1));
}

std::string PairShare(const StudyInfo& info) {
  return ShareText(Real(info.left_out_pairs), Real(info.num_tokens()) * Real(info.sequence_length));
}

}  // namespace

std::string CountText(std::uint64_t count) { return NumberText(Real(count), 0); }

std::string RText(double r) { return NumberText(r, 2); }

std::string Counted(std::uint64_t count, const std::string& singular) {
  return CountText(count) + " " + singular + (count == 1 ? "" : "s");
}

std::string Footnote(const StudyInfo& info, const std::vector<std::string>& remarks) {
  std::string out = fmt::format("{} \u00b7 {} \u00b7 B\u00a0=\u00a0{}, S\u00a0=\u00a0{}",
                                Shortened(info.model_name()), Shortened(info.corpus_name()),
                                info.num_sequences, info.sequence_length);
  if (info.options.precision != Precision::kFloat32) {
    out += ", " + PrecisionName(info.options.precision);
  }
  out += ".";
  if (!info.counts_name().empty()) {
    out += " Frequencies from " + Shortened(info.counts_name()) + ".";
  }
  if (info.null_kind != NullKind::kNone) out += " A null study: " + NullText(info.null_kind) + ".";
  for (const std::string& remark : remarks) out += " " + remark + ".";
  return out;
}

std::vector<std::string> TokenRemarks(const StudyInfo& info) {
  if (info.left_out_tokens == 0) return {};
  const std::size_t batch_tokens = info.num_tokens();
  std::string reasons;
  for (const auto& [reason, count] : info.left_out_by_reason) {
    if (count == 0) continue;
    reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", CountText(count), reason);
  }
  if (reasons.empty()) reasons = "never counted in the corpus";
  return {fmt::format("Left out: {} of {} batch tokens ({}): {}", CountText(info.left_out_tokens),
                      CountText(batch_tokens),
                      ShareText(Real(info.left_out_tokens), Real(batch_tokens)), reasons)};
}

std::string PiledRemark(bool hues) {
  return std::string("Shade: darker where more overlap (log scale)") +
         (hues ? ", in the mean of their colours" : "");
}

std::string ThinOut(const std::string& what, Image& image) {
  constexpr std::size_t kMostCells = std::size_t{512} * 512;
  constexpr std::size_t kMostInARow = 512;
  if (image.rows * image.cols <= kMostCells) return "";
  image.row_step = (image.rows + kMostInARow - 1) / kMostInARow;
  image.col_step = (image.cols + kMostInARow - 1) / kMostInARow;
  const std::size_t step = std::max(image.row_step, image.col_step);
  return step == 1 ? "" : fmt::format("1 in {} {}s is drawn", step, what);
}

std::vector<std::string> PairRemarks(const StudyInfo& info) {
  std::vector<std::string> remarks;
  if (info.left_out_pairs > 0) {
    remarks.push_back(fmt::format("Left out: {} ({}) with a token left out",
                                  Counted(info.left_out_pairs, "pair"), PairShare(info)));
  }
  if (!info.merged_sequences.empty()) {
    remarks.push_back(fmt::format("{} with merged bins (equal edges) not in the averages",
                                  Counted(info.merged_sequences.size(), "sequence")));
  }
  if (info.empty_bins > 0) {
    remarks.push_back(Counted(info.empty_bins, "empty bin") + " left out");
  }
  return remarks;
}

std::string LeftOutSentence(const StudyInfo& info) {
  if (info.left_out_tokens == 0) return "";
  return fmt::format("Left out: {} of the batch's tokens and {} of its pairs.",
                     ShareText(Real(info.left_out_tokens), Real(info.num_tokens())),
                     PairShare(info));
}

std::string NullText(NullKind kind) {
  switch (kind) {
    case NullKind::kNone:
      return "none";
    case NullKind::kShuffledTokens:
      return "the tokens of each sequence in random order";
    case NullKind::kRandomWeights:
      return "an encoder of the same shape with random weights";
    case NullKind::kPermutedFrequencies:
      return "the frequencies permuted over the token types of the batch";
    case NullKind::kPermutedVocabulary:
      return "the encoder reads each counted token type that is not special as another, one to one";
  }
  return "";
}

}  // namespace zipflens
