// Helpers of the tokenizer tests: model folders with a few entries, and short functions to read
// them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/base/temporary_folder.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// A tokenizer.json, as the parts that tests change.
struct TokenizerJson {
  std::string normalizer =
      R"({"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,)"
      R"("strip_accents":null,"lowercase":true})";
  std::string pre_tokenizer = R"({"type":"BertPreTokenizer"})";
  std::string model_options =
      R"("type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",)"
      R"("max_input_chars_per_word":100)";
  std::string vocab = R"({"[UNK]":0,"[MASK]":1,"a":2,"b":3,"##b":4,".":5})";
  std::string added_tokens = "[]";
  /// Fields that are checked but do not change ids.
  std::string parts_without_ids =
      R"("truncation":{"max_length":1,"stride":0,"strategy":"LongestFirst"},)"
      R"("padding":{"strategy":"BatchLongest","direction":"Right","pad_id":0,"pad_type_id":0,)"
      R"("pad_token":"[PAD]"},"post_processor":{"sep":["[SEP]",3],"cls":["[CLS]",2]})";

  std::string Text() const {
    return R"({"version":"1.0",)" + parts_without_ids + R"(,"added_tokens":)" + added_tokens +
           R"(,"normalizer":)" + normalizer + R"(,"pre_tokenizer":)" + pre_tokenizer +
           R"(,"model":{)" + model_options + R"(,"vocab":)" + vocab + "}}";
  }
};

inline Tokenizer LoadJson(const TokenizerJson& json) {
  const TemporaryFolder folder;
  folder.Write("tokenizer.json", json.Text());
  return Tokenizer::Load(folder.path());
}

/// `entries` is the content of vocab.txt, and `config` that of tokenizer_config.json.
inline Tokenizer LoadVocab(const std::string& entries, const std::string& config = "{}") {
  const TemporaryFolder folder;
  folder.Write("vocab.txt", entries);
  folder.Write("tokenizer_config.json", config);
  return Tokenizer::Load(folder.path());
}

/// The first entries of a vocab.txt: ids 0 to 4.
inline const std::string kSpecials = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";

inline std::vector<std::int32_t> Encode(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<std::int32_t> ids;
  tokenizer.EncodeInto(text, ids);
  return ids;
}

inline std::vector<std::string> Tokens(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<std::string> tokens;
  for (const std::int32_t id : Encode(tokenizer, text)) tokens.push_back(tokenizer.Token(id));
  return tokens;
}

/// Returns the message with which loading a folder fails, without the folder's path.
inline std::string LoadingError(const TemporaryFolder& folder) {
  std::string message = MessageOf([&] { Tokenizer::Load(folder.path()); });
  const std::string prefix = folder.path().string();
  if (message.starts_with(prefix)) message.erase(0, prefix.size());
  if (message.starts_with('/')) message.erase(0, 1);
  return message;
}

}  // namespace zipflens
