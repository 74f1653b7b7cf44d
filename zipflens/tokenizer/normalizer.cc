#include "zipflens/tokenizer/normalizer.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "zipflens/base/utf8.h"
#include "zipflens/tokenizer/unicode_tables.h"

namespace zipflens {
namespace {

using unicode::Properties;

// Hangul syllables decompose by arithmetic (The Unicode Standard, section 3.12).
constexpr char32_t kFirstSyllable = 0xAC00, kNumSyllables = 11172;
constexpr char32_t kFirstLead = 0x1100, kFirstVowel = 0x1161, kBeforeFirstTrail = 0x11A7;
constexpr char32_t kNumVowels = 21, kNumTrails = 28;

struct PendingMark {
  char32_t code_point;
  unsigned rank;
};

// Applies the steps after cleaning, one character at a time.
class Writer {
 public:
  Writer(const NormalizerOptions& options, std::string& out) : options_(options), out_(out) {}
  ~Writer() { Flush(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void Put(char32_t code_point, unsigned properties) {
    if (!options_.strip_accents) {
      Write(code_point, properties);
    } else if ((properties & unicode::kMapped) == 0) {
      PutDecomposed(code_point, properties);
    } else {
      Decompose(code_point, properties);
    }
  }

 private:
  void Decompose(char32_t code_point, unsigned properties) {
    const char32_t syllable = code_point - kFirstSyllable;
    if (syllable < kNumSyllables) {
      const char32_t trail = syllable % kNumTrails;
      PutDecomposed(kFirstLead + syllable / (kNumVowels * kNumTrails));
      PutDecomposed(kFirstVowel + syllable / kNumTrails % kNumVowels);
      if (trail != 0) PutDecomposed(kBeforeFirstTrail + trail);
      return;
    }
    const auto parts = unicode::Find(unicode::kDecompositions, code_point);
    if (parts.empty()) {
      PutDecomposed(code_point, properties);
    } else {
      for (const char32_t part : parts) PutDecomposed(part);
    }
  }

  void PutDecomposed(char32_t code_point) { PutDecomposed(code_point, Properties(code_point)); }

  // Marks are reordered canonically before they are dropped: a dropped mark of class 0 still
  // separates the marks before it from those after it.
  void PutDecomposed(char32_t code_point, unsigned properties) {
    const bool dropped = (properties & unicode::kDroppedMark) != 0;
    if ((properties & unicode::kReordered) == 0) {
      Flush();
      if (!dropped) Write(code_point, properties);
    } else if (!dropped) {
      const PendingMark mark = {code_point, unicode::CombiningRank(code_point)};
      const auto place = std::upper_bound(
          pending_.begin(), pending_.end(), mark,
          [](const PendingMark& a, const PendingMark& b) { return a.rank < b.rank; });
      pending_.insert(place, mark);
    }
  }

  void Flush() {
    for (const PendingMark& mark : pending_) Write(mark.code_point, Properties(mark.code_point));
    pending_.clear();
  }

  void Write(char32_t code_point, unsigned properties) {
    if (options_.lowercase && (properties & unicode::kMapped) != 0) {
      const auto lower = unicode::Find(unicode::kLowerCase, code_point);
      for (const char32_t part : lower) AppendUtf8(part, out_);
      if (!lower.empty()) return;
    }
    AppendUtf8(code_point, out_);
  }

  const NormalizerOptions& options_;
  std::string& out_;
  std::vector<PendingMark> pending_;  // allocates only for consecutive kept marks
};

}  // namespace

void Normalizer::NormalizeInto(std::string_view text, std::string& out) const {
  const unsigned space = Properties(U' ');
  Writer writer(options_, out);
  for (std::size_t offset = 0; offset < text.size();) {
    char32_t code_point = NextCodePoint(text, offset);
    unsigned properties = Properties(code_point);
    if (options_.clean_text) {
      if ((properties & unicode::kDeleted) != 0) continue;
      if ((properties & unicode::kWhiteSpace) != 0) {
        code_point = U' ';
        properties = space;
      }
    }
    const bool alone = options_.handle_chinese_chars && (properties & unicode::kCjk) != 0;
    if (alone) writer.Put(U' ', space);
    writer.Put(code_point, properties);
    if (alone) writer.Put(U' ', space);
  }
}

}  // namespace zipflens
