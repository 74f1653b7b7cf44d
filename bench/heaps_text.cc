#include "bench/heaps_text.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>
#include <vector>

namespace zipflens {
namespace {

constexpr std::size_t kMaxHistory = std::size_t{1} << 28;
constexpr std::string_view kSpaces = "\t\n\r ";

bool IsPunctuation(char byte) {
  constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  return kPunctuation.find(byte) != std::string_view::npos;
}

// SplitMix64 (Steele, Lea and Flood 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::size_t Below(std::size_t bound) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return static_cast<std::size_t>((z ^ (z >> 31)) % bound);
  }

 private:
  std::uint64_t state_;
};

// A chunk, and whether white space precedes it.
class Process {
 public:
  explicit Process(std::uint64_t seed) : random_(seed) {}

  void TakeRealText(std::string_view text) {
    bool space_before = false;
    for (std::size_t begin = 0; begin < text.size();) {
      if (kSpaces.find(text[begin]) != std::string_view::npos) {
        space_before = true;
        ++begin;
        continue;
      }
      std::size_t end = begin + 1;
      while (!IsPunctuation(text[begin]) && end < text.size() && !IsPunctuation(text[end]) &&
             kSpaces.find(text[end]) == std::string_view::npos) {
        ++end;
      }
      Append(std::string(text.substr(begin, end - begin)), space_before);
      space_before = false;
      begin = end;
    }
  }

  void GoOn(std::size_t num_bytes) {
    while (text_.size() < num_bytes) {
      const double distinct = 14.7 * std::pow(static_cast<double>(num_chunks_), 0.6);
      if (static_cast<double>(words_.size()) >= distinct) {
        AppendKnown(history_[random_.Below(history_.size())]);
      } else {
        const std::string& first = words_[random_.Below(words_.size())];
        const std::string& second = words_[random_.Below(words_.size())];
        if (IsPunctuation(first[0]) || IsPunctuation(second[0])) continue;
        AppendNew(Begin(first) + End(second));
      }
    }
  }

  std::string TakeText() {
    line_begin_ -= text_.size();  // may wrap around; differences are still right
    return std::exchange(text_, {});
  }

 private:
  void Append(std::string word, bool space_before) {
    const auto [place, is_new] =
        ids_.emplace(std::move(word), static_cast<std::uint32_t>(words_.size()));
    if (is_new) words_.push_back(place->first);
    AppendKnown(2 * place->second + (space_before ? 1 : 0));
  }

  void AppendNew(std::string word) {
    if (word.size() <= 24 && !ids_.contains(word)) Append(std::move(word), /*space_before=*/true);
  }

  void AppendKnown(std::uint32_t item) {
    const std::string& word = words_[item / 2];
    const bool joins = num_chunks_ != 0 && !IsPunctuation(word[0]) && !after_punctuation_;
    if (item % 2 == 1 || joins) {
      const bool line_ends = text_.size() - line_begin_ > 3000;
      text_ += line_ends ? '\n' : ' ';
      if (line_ends) line_begin_ = text_.size();
    }
    text_ += word;
    after_punctuation_ = IsPunctuation(word.back());
    if (history_.size() < kMaxHistory) {
      history_.push_back(item);
    } else if (const std::size_t place = random_.Below(num_chunks_); place < kMaxHistory) {
      history_[place] = item;  // keeps a uniform sample of all chunks (Vitter 1985)
    }
    ++num_chunks_;
  }

  static bool IsInside(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }
  // About half of a word, cut between characters.
  static std::string Begin(const std::string& word) {
    std::size_t cut = (word.size() + 1) / 2;
    while (cut < word.size() && IsInside(word[cut])) ++cut;
    return word.substr(0, cut);
  }
  static std::string End(const std::string& word) {
    std::size_t cut = word.size() / 2;
    while (cut > 0 && IsInside(word[cut])) --cut;
    return word.substr(cut);
  }

  std::unordered_map<std::string, std::uint32_t> ids_;
  std::vector<std::string> words_;      // distinct, in the order of first appearance
  std::vector<std::uint32_t> history_;  // 2 * index of the word + 1 if white space precedes it
  std::uint64_t num_chunks_ = 0;
  bool after_punctuation_ = false;
  std::string text_;  // made since text was last taken
  std::size_t line_begin_ = 0;
  Random random_;
};

}  // namespace

std::string HeapsText(std::string_view real_text, std::size_t num_bytes) {
  Process process(/*seed=*/1);
  process.TakeRealText(real_text);
  process.GoOn(num_bytes);
  return process.TakeText();
}

void WriteHeapsText(std::string_view real_text, std::uint64_t num_bytes, std::uint64_t seed,
                    std::ostream& out) {
  constexpr std::uint64_t kBytesAtOnce = std::uint64_t{1} << 20;
  Process process(seed);
  process.TakeRealText(real_text);
  for (std::uint64_t written = 0; written < num_bytes && out.good();) {
    process.GoOn(std::min(kBytesAtOnce, num_bytes - written));
    const std::string text = process.TakeText();
    out << text;
    written += text.size();
  }
}

}  // namespace zipflens
