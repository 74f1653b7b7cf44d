#include "zipflens/hub/card_yaml.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

using Json = nlohmann::json;

struct Line {
  std::size_t number;  // from 1
  std::size_t indent;
  std::string_view text;  // without indentation, comment and trailing space
};

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// The end of the quoted scalar at the begin of `text`, behind its closing quote; npos where it has
// none.
std::size_t QuoteEnd(std::string_view text) {
  const char quote = text[0];
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != '\'') return i + 1;
      ++i;
    }
  }
  return std::string::npos;
}

bool OpensQuote(std::string_view text, std::size_t at) {
  const bool begins = at == 0 || text[at - 1] == ' ' || text[at - 1] == '[' || text[at - 1] == ',';
  return begins && (text[at] == '"' || text[at] == '\'');
}

// The place of the first of `marks` outside quotes for which `counts` holds.
template <typename F>
std::size_t FindOutsideQuotes(std::string_view text, char mark, F&& counts) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (OpensQuote(text, i)) {
      const std::size_t end = QuoteEnd(text.substr(i));
      if (end == std::string::npos) return std::string::npos;
      i += end - 1;
    } else if (text[i] == mark && counts(i)) {
      return i;
    }
  }
  return std::string::npos;
}

std::string_view WithoutComment(std::string_view text) {
  const std::size_t hash =
      FindOutsideQuotes(text, '#', [&](std::size_t i) { return i == 0 || text[i - 1] == ' '; });
  return Trimmed(text.substr(0, hash));
}

class Parser {
 public:
  Parser(std::vector<Line> lines, std::string source)
      : lines_(std::move(lines)), source_(std::move(source)) {}

  Json Parse() {
    if (lines_.empty()) return nullptr;
    Json value = Block(lines_[0].indent, 0);
    if (at_ < lines_.size()) Fail("indentation that fits nothing before it");
    return value;
  }

 private:
  bool HasItem(std::size_t indent) const {
    return at_ < lines_.size() && lines_[at_].indent == indent &&
           (lines_[at_].text == "-" || lines_[at_].text.starts_with("- "));
  }

  Json Block(std::size_t indent, int depth) {
    constexpr int kDeepest = 32;
    if (depth > kDeepest) Fail("too deep a nesting");
    if (HasItem(indent)) return Sequence(indent, depth);
    if (ColonOf(lines_[at_].text) == std::string_view::npos) return Scalar(lines_[at_++].text);
    return Mapping(indent, depth);
  }

  Json Sequence(std::size_t indent, int depth) {
    Json items = Json::array();
    while (HasItem(indent)) {
      Line& line = lines_[at_];
      const std::size_t begin = std::min(line.text.find_first_not_of(' ', 1), line.text.size());
      if (begin == line.text.size()) {
        ++at_;
        items.push_back(Deeper(indent + 1, depth));
        continue;
      }
      // What stands behind the dash is a block that begins in its own column.
      line.text.remove_prefix(begin);
      line.indent += begin;
      items.push_back(Block(line.indent, depth + 1));
    }
    return items;
  }

  Json Mapping(std::size_t indent, int depth) {
    Json fields = Json::object();
    while (at_ < lines_.size() && lines_[at_].indent == indent && !HasItem(indent)) {
      const std::string_view text = lines_[at_].text;
      const std::size_t colon = ColonOf(text);
      if (colon == std::string::npos) Fail(std::string(text));
      const Json key = Scalar(Trimmed(text.substr(0, colon)));
      const std::string_view value = Trimmed(text.substr(colon + 1));
      if (!value.empty()) {
        fields[key.get<std::string>()] = Scalar(value);
        ++at_;
        continue;
      }
      ++at_;
      // A sequence may stand in the column of its key.
      fields[key.get<std::string>()] =
          HasItem(indent) ? Sequence(indent, depth + 1) : Deeper(indent + 1, depth);
    }
    return fields;
  }

  Json Deeper(std::size_t least_indent, int depth) {
    if (at_ == lines_.size() || lines_[at_].indent < least_indent) return nullptr;
    return Block(lines_[at_].indent, depth + 1);
  }

  static std::size_t ColonOf(std::string_view text) {
    return FindOutsideQuotes(
        text, ':', [&](std::size_t i) { return i + 1 == text.size() || text[i + 1] == ' '; });
  }

  Json Scalar(std::string_view text) {
    if (text.starts_with('[')) return FlowSequence(text);
    if (text.starts_with('"') || text.starts_with('\'')) {
      if (QuoteEnd(text) != text.size()) Fail(std::string(text));
      return Unquoted(text);
    }
    if (std::string_view("{&*!|>%@`").find(text[0]) != std::string_view::npos)
      Fail(std::string(text));
    return std::string(text);
  }

  std::string Unquoted(std::string_view text) {
    if (text[0] == '"') {
      const Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
      if (!value.is_string()) Fail(std::string(text));
      return value.get<std::string>();
    }
    std::string plain(text.substr(1, text.size() - 2));
    for (std::size_t at = 0; (at = plain.find("''", at)) != std::string::npos; ++at)
      plain.erase(at, 1);
    return plain;
  }

  Json FlowSequence(std::string_view text) {
    if (!text.ends_with(']')) Fail(std::string(text));
    text = text.substr(1, text.size() - 2);
    Json items = Json::array();
    while (!Trimmed(text).empty()) {
      const std::size_t comma = FindOutsideQuotes(text, ',', [](std::size_t) { return true; });
      const std::string_view item = Trimmed(text.substr(0, comma));
      if (item.empty() || item.starts_with('[')) Fail(std::string(text));
      items.push_back(Scalar(item));
      if (comma == std::string::npos) break;
      text.remove_prefix(comma + 1);
    }
    return items;
  }

  [[noreturn]] void Fail(const std::string& found) const {
    const Line& line = lines_[std::min(at_, lines_.size() - 1)];
    throw InputError({.source = source_,
                      .place = fmt::format("line {}", line.number),
                      .found = fmt::format("\"{}\"", found.substr(0, 80)),
                      .expected = "plain YAML: mappings, sequences, words"});
  }

  std::vector<Line> lines_;
  std::string source_;
  std::size_t at_ = 0;
};

}  // namespace

Json FrontMatterValue(std::string_view card, std::string_view key, const std::string& source) {
  std::vector<Line> lines;
  std::size_t number = 0;
  bool is_inside = false;
  while (!card.empty()) {
    const std::size_t end = card.find('\n');
    const std::string_view whole = card.substr(0, end);
    card.remove_prefix(end == std::string::npos ? card.size() : end + 1);
    ++number;
    const std::string_view marked = Trimmed(whole);
    if (number == 1 && marked != "---") return nullptr;
    if (number > 1 && marked == "---") break;
    const std::size_t indent = std::min(whole.find_first_not_of(' '), whole.size());
    const std::string_view text = WithoutComment(whole.substr(indent));
    if (number == 1 || text.empty()) continue;
    const bool is_key = indent == 0 && text != "-" && !text.starts_with("- ");
    if (is_key) {
      is_inside = text.starts_with(key) && Trimmed(text.substr(key.size())) == ":";
      if (text.starts_with(key) && text.substr(key.size()).starts_with(": ")) {
        const std::size_t skipped = whole.size() - Trimmed(text.substr(key.size() + 1)).size();
        lines.push_back({number, skipped, Trimmed(text.substr(key.size() + 1))});
      }
    } else if (is_inside) {
      lines.push_back({number, indent, text});
    }
  }
  return Parser(std::move(lines), source).Parse();
}

}  // namespace zipflens
