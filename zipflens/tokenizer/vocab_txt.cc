#include <algorithm>
#include <unordered_map>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/base/model_files.h"
#include "zipflens/base/numbers.h"
#include "zipflens/base/utf8.h"
#include "zipflens/tokenizer/added_token_list.h"
#include "zipflens/tokenizer/special_tokens.h"
#include "zipflens/tokenizer/tokenizer_spec.h"
#include "zipflens/tokenizer/unicode_tables.h"

namespace zipflens {
namespace {

std::string_view TrimEnd(std::string_view line) {
  while (!line.empty()) {
    std::size_t begin = line.size() - 1;
    while ((ByteOf(line[begin]) & 0xC0) == 0x80) --begin;
    std::size_t offset = begin;
    const unsigned properties = unicode::Properties(NextCodePoint(line, offset));
    if ((properties & unicode::kWhiteSpace) == 0) break;
    line.remove_suffix(line.size() - begin);
  }
  return line;
}

void RequireText(std::string_view text, const std::filesystem::path& path) {
  const std::size_t invalid = FirstInvalidUtf8(text);
  if (invalid != text.size()) {
    throw InvalidUtf8({.source = path.string(),
                       .place = "byte " + std::to_string(invalid),
                       .found = "a byte that is not UTF-8",
                       .expected = "UTF-8"},
                      invalid);
  }
  if (text.empty()) {
    throw InputError(
        {.source = path.string(), .found = "an empty file", .expected = "an entry a line"});
  }
}

// Reads one entry per line. Lines end with LF; white space at the end of a line is ignored.
std::vector<std::string> ReadEntries(const std::filesystem::path& path) {
  const MappedFile file(path);
  std::string_view text = file.text();
  RequireText(text, path);
  std::vector<std::string> entries;
  std::unordered_map<std::string, std::size_t> lines;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('\n'), text.size());
    std::string entry(TrimEnd(text.substr(0, length)));
    text.remove_prefix(std::min(length + 1, text.size()));
    const std::size_t line = entries.size() + 1;
    const auto [earlier, is_new] = lines.emplace(entry, line);
    if (!is_new) {
      throw InputError(
          {.source = path.string(),
           .place = "line " + std::to_string(line),
           .found = '"' + entry + "\", which is line " + std::to_string(earlier->second) + " too",
           .expected = "each entry once"});
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

NormalizerOptions ReadNormalizer(const OptionalJson& config) {
  const JsonField root = config.root();
  NormalizerOptions options;
  options.clean_text = true;
  options.lowercase = root.MemberOrNull("do_lower_case").BoolOr(true);
  options.handle_chinese_chars = root.MemberOrNull("tokenize_chinese_chars").BoolOr(true);
  options.strip_accents = root.MemberOrNull("strip_accents").BoolOr(options.lowercase);
  return options;
}

}  // namespace

TokenizerSpec ReadVocabTxt(const std::filesystem::path& path) {
  TokenizerSpec spec;
  spec.source = path;
  spec.vocabulary = ReadEntries(path);
  spec.model_vocabulary_size = spec.vocabulary.size();
  const OptionalJson config(path.parent_path() / kTokenizerConfigFile);
  spec.normalizer = ReadNormalizer(config);
  SpecialTokens special = ReadSpecialTokens(config, /*needs_unknown=*/true);
  spec.wordpiece.unknown_id =
      FindUnknownToken(spec, special.unknown->token.content, special.unknown->place);
  AddedTokenList list(spec);
  for (ConfiguredToken& token : special.tokens) {
    list.Add(std::move(token.token), token.place, token.stated_id);
  }
  return spec;
}

}  // namespace zipflens
