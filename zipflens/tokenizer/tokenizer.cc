#include "zipflens/tokenizer/tokenizer.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/sha256.h"
#include "zipflens/base/utf8.h"
#include "zipflens/tokenizer/tokenizer_data.h"

namespace zipflens {
namespace {

// Returns a matcher for the added tokens searched in normalized text, or for those searched in raw
// text.
AddedTokenMatcher MakeMatcher(const TokenizerSpec& spec, bool normalized) {
  const Normalizer normalizer(spec.normalizer);
  std::vector<AddedToken> tokens;
  std::vector<std::string> patterns;
  for (const AddedToken& token : spec.added_tokens) {
    if (token.normalized != normalized) continue;
    std::string pattern = token.content;
    if (normalized) {
      pattern.clear();
      normalizer.NormalizeInto(token.content, pattern);
    }
    if (pattern.empty()) {
      throw InputError({.source = spec.source.string(),
                        .place = "added token " + std::to_string(token.id),
                        .found = "nothing left of it when normalized",
                        .expected = "at least one character"});
    }
    tokens.push_back(token);
    patterns.push_back(std::move(pattern));
  }
  return tokens.empty() ? AddedTokenMatcher() : AddedTokenMatcher(tokens, patterns);
}

std::vector<std::int32_t> SpecialIds(const TokenizerSpec& spec) {
  std::vector<std::int32_t> ids;
  for (const AddedToken& token : spec.added_tokens) {
    if (token.special) ids.push_back(token.id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::string VocabularySha256(const std::vector<std::string>& vocabulary) {
  Sha256 digest;
  for (const std::string& entry : vocabulary) {
    digest.Update(entry);
    digest.Update("\n");
  }
  return digest.HexDigest();
}

bool AnyRawToken(const TokenizerSpec& spec, const std::function<bool(const AddedToken&)>& is_such) {
  return std::ranges::any_of(spec.added_tokens, [&](const AddedToken& token) {
    return !token.normalized && is_such(token);
  });
}

}  // namespace

Tokenizer::Data::Data(TokenizerSpec spec)
    : raw_tokens(MakeMatcher(spec, /*normalized=*/false)),
      normalized_tokens(MakeMatcher(spec, /*normalized=*/true)),
      encoder(spec.normalizer,
              std::span<const std::string>(spec.vocabulary).first(spec.model_vocabulary_size),
              spec.wordpiece),
      special_ids(SpecialIds(spec)),
      vocabulary_sha256(VocabularySha256(spec.vocabulary)),
      vocabulary(std::move(spec.vocabulary)),
      source(std::move(spec.source)),
      raw_tokens_have_space(AnyRawToken(spec,
                                        [](const AddedToken& token) {
                                          return token.content.find_first_of("\t\n\r ") !=
                                                 std::string::npos;
                                        })),
      raw_tokens_see_neighbours(AnyRawToken(spec, [](const AddedToken& token) {
        return token.single_word || token.lstrip || token.rstrip;
      })) {}

void Tokenizer::Data::EncodeSegmentInto(std::string_view text,
                                        std::vector<std::int32_t>& ids) const {
  if (normalized_tokens.empty()) {
    encoder.EncodeTextInto(text, ids);
    return;
  }
  std::string normalized;
  encoder.normalizer().NormalizeInto(text, normalized);
  normalized_tokens.Split(
      normalized, [&](std::string_view part) { encoder.EncodeNormalizedInto(part, ids); },
      [&](std::int32_t id) { ids.push_back(id); });
}

Tokenizer Tokenizer::Load(const std::filesystem::path& model_dir) {
  return Tokenizer(std::make_unique<const Data>(LoadTokenizerSpec(model_dir)));
}

Tokenizer::Tokenizer(std::unique_ptr<const Data> data) : data_(std::move(data)) {}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;

void Tokenizer::EncodeInto(std::string_view text, std::vector<std::int32_t>& ids) const {
  const std::size_t invalid = FirstInvalidUtf8(text);
  if (invalid != text.size()) {
    throw InvalidUtf8({.place = "byte " + std::to_string(invalid),
                       .found = "a byte that is not UTF-8",
                       .expected = "UTF-8 text"},
                      invalid);
  }
  if (data_->raw_tokens.empty()) {
    data_->EncodeSegmentInto(text, ids);
    return;
  }
  data_->raw_tokens.Split(
      text, [&](std::string_view part) { data_->EncodeSegmentInto(part, ids); },
      [&](std::int32_t id) { ids.push_back(id); });
}

std::size_t Tokenizer::vocab_size() const { return data_->vocabulary.size(); }

const std::vector<std::string>& Tokenizer::vocabulary() const { return data_->vocabulary; }

const std::string& Tokenizer::Token(std::int32_t id) const {
  ZIPFLENS_CHECK(id >= 0 && std::cmp_less(id, data_->vocabulary.size()));
  return data_->vocabulary[id];
}

const std::vector<std::int32_t>& Tokenizer::special_ids() const { return data_->special_ids; }

const std::string& Tokenizer::vocabulary_sha256() const { return data_->vocabulary_sha256; }

const std::filesystem::path& Tokenizer::source() const { return data_->source; }

}  // namespace zipflens
