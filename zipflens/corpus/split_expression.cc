#include "zipflens/corpus/split_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

constexpr std::uint64_t kMostRows = std::uint64_t{1} << 60;       // a damaged footer may state more
constexpr std::int64_t kLargestBoundary = std::int64_t{1} << 60;  // more than the rows of any split
constexpr std::string_view kSpaces = " \t\r\n\v\f";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Returns whether Python's \w may match the character. Python matches only letters beyond ASCII;
// this function accepts every byte beyond ASCII.
bool IsWordCharacter(char c) {
  return IsDigit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         ByteOf(c) >= 0x80;
}

/// Parses one term from left to right.
class TermParser {
 public:
  TermParser(std::string_view whole, std::string_view term) : whole_(whole), rest_(term) {}

  SplitTerm Parse() {
    SplitTerm term;
    term.split = Name();
    if (Take('[')) {
      bool percent = Boundary(term.from);
      Require(Take(':'));
      percent |= Boundary(term.to);
      Require(Take(']'));
      if (percent) term.unit = SplitTerm::Unit::kPercent;
    }
    if (Take('(')) Rounding(term);
    Require(rest_.empty());
    for (const auto& boundary : {term.from, term.to}) {
      if (term.unit == SplitTerm::Unit::kPercent && std::abs(boundary.value_or(0)) > 100) {
        Refuse(fmt::format("{}%", *boundary), "percentages from -100 to 100");
      }
    }
    return term;
  }

 private:
  [[noreturn]] void Refuse(const std::string& found, const std::string& expected) const {
    throw InputError(
        {.source = fmt::format("split \"{}\"", whole_), .found = found, .expected = expected});
  }

  void Require(bool condition) const {
    if (condition) return;
    Refuse(rest_.empty() ? "its end" : fmt::format("\"{}\"", rest_),
           "SPLIT, SPLIT[FROM:TO] or a sum of these, such as train[:1%] or train[100:200]+test");
  }

  bool Take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string Name() {
    std::string name;
    do {
      if (!name.empty()) name += '.';
      const auto end = std::find_if_not(rest_.begin(), rest_.end(), IsWordCharacter);
      const std::size_t length = end - rest_.begin();
      Require(length > 0);
      name += rest_.substr(0, length);
      rest_.remove_prefix(length);
    } while (Take('.'));
    return name;
  }

  // Parses -?[0-9_]+ and an optional %, as Python's int() does: underscores are allowed only
  // between digits. Returns whether there is a %.
  bool Boundary(std::optional<std::int64_t>& boundary) {
    if (rest_.starts_with(':') || rest_.starts_with(']')) return false;
    const bool negative = Take('-');
    Require(!rest_.empty() && IsDigit(rest_.front()));
    std::int64_t value = 0;
    while (!rest_.empty() && (IsDigit(rest_.front()) || rest_.front() == '_')) {
      if (Take('_')) Require(!rest_.empty() && IsDigit(rest_.front()));
      const bool fits = value < kLargestBoundary / 10;
      value = fits ? value * 10 + (rest_.front() - '0') : kLargestBoundary;
      rest_.remove_prefix(1);
    }
    boundary = negative ? -value : value;
    return Take('%');
  }

  void Rounding(SplitTerm& term) {
    const std::size_t length = rest_.find(')');
    Require(length != std::string_view::npos);
    const std::string_view name = rest_.substr(0, length);
    if (term.unit != SplitTerm::Unit::kPercent) {
      Refuse(fmt::format("the rounding \"{}\" without percentages", name),
             "a rounding behind a range in percent only");
    }
    if (name == "pct1_dropremainder") {
      term.rounding = SplitTerm::Rounding::kDropRemainder;
    } else if (name != "closest") {
      Refuse(fmt::format("the rounding \"{}\"", name), "closest or pct1_dropremainder");
    }
    rest_.remove_prefix(length + 1);
  }

  std::string_view whole_;
  std::string_view rest_;
};

std::string_view Trimmed(std::string_view text, bool front, bool back) {
  if (front) text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  if (back) text = text.substr(0, text.find_last_not_of(kSpaces) + 1);
  return text;
}

// Converts a boundary to a row counted from the beginning; it may exceed the end of the split.
std::int64_t ToRows(std::int64_t boundary, const SplitTerm& term, std::int64_t num_rows) {
  if (term.unit == SplitTerm::Unit::kPercent) {
    const bool drops = term.rounding == SplitTerm::Rounding::kDropRemainder;
    // The product is exact. Python divides and rounds in doubles and rounds halves to even.
    const auto product = static_cast<__int128>(boundary) * num_rows;
    boundary =
        drops ? boundary * (num_rows / 100)
              : static_cast<std::int64_t>(std::nearbyint(static_cast<double>(product) / 100.0));
  }
  return boundary < 0 ? std::max<std::int64_t>(num_rows + boundary, 0) : boundary;
}

RowRange ToRange(const SplitTerm& term, std::uint64_t num_rows, const std::string& text) {
  const auto refuse = [&](const std::string& found, const std::string& expected) {
    throw InputError(
        {.source = fmt::format("split \"{}\"", text), .found = found, .expected = expected});
  };
  if (num_rows > kMostRows) {
    refuse(fmt::format("{} rows of {}", num_rows, term.split), "at most 2^60");
  }
  const std::int64_t n = num_rows;
  const bool drops = term.rounding == SplitTerm::Rounding::kDropRemainder;
  if (drops && n < 100 && (term.from || term.to)) {
    refuse(fmt::format("pct1_dropremainder of the {} rows of {}", n, term.split),
           "100 rows or more, so that a percent is not empty");
  }
  const std::int64_t from = term.from ? ToRows(*term.from, term, n) : 0;
  const std::int64_t to = term.to ? ToRows(*term.to, term, n) : n;
  RowRange range;
  range.begin = std::min(from, n);
  range.end = std::min(to, n);
  if (range.begin > range.end) {
    refuse(fmt::format("rows {} to {} of the {} of {}", range.begin, range.end, n, term.split),
           "a range that does not end before it begins");
  }
  return range;
}

}  // namespace

SplitExpression SplitExpression::Parse(std::string_view text) {
  SplitExpression expression;
  expression.text_ = text;
  std::string_view rest = text;
  bool is_first = true;
  while (true) {
    const std::size_t plus = rest.find('+');
    const bool is_last = plus == std::string_view::npos;
    const std::string_view term = Trimmed(rest.substr(0, plus), !is_first, !is_last);
    expression.terms_.push_back(TermParser(text, term).Parse());
    if (is_last) break;
    rest.remove_prefix(plus + 1);
    is_first = false;
  }
  const SplitTerm& first = expression.terms_.front();
  for (const SplitTerm& term : expression.terms_) {
    if (first.unit == SplitTerm::Unit::kPercent && term.unit == SplitTerm::Unit::kPercent &&
        term.rounding != first.rounding) {
      throw InputError({.source = fmt::format("split \"{}\"", text),
                        .found = "two roundings",
                        .expected = "one in all terms"});
    }
  }
  return expression;
}

std::vector<SplitRange> SplitExpression::Resolve(
    const std::function<std::uint64_t(const std::string& split)>& num_rows_of) const {
  std::vector<SplitRange> ranges;
  std::uint64_t num_rows = 0;
  for (const SplitTerm& term : terms_) {
    ranges.push_back({term.split, ToRange(term, num_rows_of(term.split), text_)});
    num_rows += ranges.back().rows.size();
  }
  if (num_rows == 0) {
    throw InputError({.source = fmt::format("split \"{}\"", text_),
                      .found = "no rows",
                      .expected = "at least one"});
  }
  return ranges;
}

SplitExpression SplitExpression::WithAll(const std::vector<std::string>& splits) const {
  if (text_ != "all") return *this;
  SplitExpression sum;
  sum.text_ = text_;
  for (const std::string& split : splits) {
    sum.terms_.emplace_back();
    sum.terms_.back().split = split;
  }
  return sum;
}

std::vector<std::string> SplitExpression::SplitNames() const {
  std::vector<std::string> names;
  for (const SplitTerm& term : terms_) {
    if (std::find(names.begin(), names.end(), term.split) == names.end()) {
      names.push_back(term.split);
    }
  }
  return names;
}

bool IsSplitName(std::string_view text) {
  bool after_word = false;
  for (const char c : text) {
    if (!IsWordCharacter(c) && !(c == '.' && after_word)) return false;
    after_word = c != '.';
  }
  return after_word;
}

}  // namespace zipflens
