#include "bench/heaps_text.h"

#include <cmath>
#include <unordered_map>
#include <vector>

namespace zipflens {
namespace {

constexpr std::string_view kSpaces = "\t\n\r ";

bool IsPunctuation(char byte) {
  constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  return kPunctuation.find(byte) != std::string_view::npos;
}

// SplitMix64 (Steele, Lea and Flood 2014).
class Random {
 public:
  std::size_t Below(std::size_t bound) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return static_cast<std::size_t>((z ^ (z >> 31)) % bound);
  }

 private:
  std::uint64_t state_ = 1;
};

// A chunk with whether white space stands before it.
class Process {
 public:
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
      const double distinct = 14.7 * std::pow(static_cast<double>(history_.size()), 0.6);
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

  std::string TakeText() { return std::move(text_); }

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
    const bool joins = !text_.empty() && !IsPunctuation(word[0]) && !IsPunctuation(text_.back());
    if (item % 2 == 1 || joins) {
      const bool line_ends = text_.size() - line_begin_ > 3000;
      text_ += line_ends ? '\n' : ' ';
      if (line_ends) line_begin_ = text_.size();
    }
    text_ += word;
    history_.push_back(item);
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
  std::vector<std::string> words_;      // distinct, by first appearance
  std::vector<std::uint32_t> history_;  // 2 * word + whether white space stands before it
  std::string text_;
  std::size_t line_begin_ = 0;
  Random random_;
};

}  // namespace

std::string HeapsText(std::string_view real_text, std::size_t num_bytes) {
  Process process;
  process.TakeRealText(real_text);
  process.GoOn(num_bytes);
  return process.TakeText();
}

}  // namespace zipflens
