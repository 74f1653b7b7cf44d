#include "zipflens/tokenizer/tokenizer_json_parts.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

namespace zipflens {
namespace {

void RequireOneOf(const JsonField& field, std::initializer_list<const char*> names) {
  std::string expected;
  for (const char* name : names) {
    if (field.json() == name) return;
    expected += (expected.empty() ? "\"" : ", \"") + std::string(name) + '"';
  }
  field.Fail(expected);
}

void CheckTruncation(const JsonField& field) {
  if (field.IsNull()) return;
  if (field.Has("direction")) RequireOneOf(field.Member("direction"), {"Left", "Right"});
  field.Member("max_length").Count();
  field.Member("stride").Count();
  RequireOneOf(field.Member("strategy"), {"LongestFirst", "OnlyFirst", "OnlySecond"});
}

void CheckPadding(const JsonField& field) {
  if (field.IsNull()) return;
  const JsonField strategy = field.Member("strategy");
  if (strategy.json().is_object() && strategy.json().size() == 1) {
    strategy.Member("Fixed").Count();
  } else {
    RequireOneOf(strategy, {"BatchLongest"});
  }
  RequireOneOf(field.Member("direction"), {"Left", "Right"});
  const JsonField multiple = field.MemberOrNull("pad_to_multiple_of");
  if (!multiple.IsNull()) multiple.Count();
  field.Member("pad_id").Id();
  field.Member("pad_type_id").Id();
  field.Member("pad_token").String();
}

// Checks a token and its id in the form of BertProcessing: ["[SEP]", 102].
void CheckTokenAndId(const JsonField& field) {
  if (field.ArraySize() != 2) field.Fail("a token and its id");
  field.Element(0).String();
  field.Element(1).Id();
}

// How often each text occurs in a template: $A and $B.
struct NumTexts {
  int first = 0, second = 0;
};
NumTexts CheckPieces(const JsonField& pieces) {
  NumTexts num_texts;
  for (std::size_t i = 0; i < pieces.ArraySize(); ++i) {
    const JsonField piece = pieces.Element(i);
    piece.RequireObject();
    const bool is_text = piece.Has("Sequence");
    if (piece.json().size() != 1) piece.Fail("one of \"Sequence\" and \"SpecialToken\"");
    const JsonField content = piece.Member(is_text ? "Sequence" : "SpecialToken");
    const JsonField id = content.Member("id");
    content.Member("type_id").Id();
    if (!is_text) {
      id.String();
      continue;
    }
    RequireOneOf(id, {"A", "B"});
    ++(id.json() == "A" ? num_texts.first : num_texts.second);
  }
  return num_texts;
}

// The reference gives a single text the ids of the template's texts, even without special tokens. A
// template without the text would give no ids.
void CheckTemplate(const JsonField& field) {
  const NumTexts single = CheckPieces(field.Member("single"));
  if (single.first != 1 || single.second != 0) {
    field.Member("single").Fail("a template in which the text A stands once and B does not");
  }
  CheckPieces(field.Member("pair"));
  const JsonField tokens = field.Member("special_tokens");
  tokens.RequireObject();
  for (const auto& [name, value] : tokens.json().items()) {
    const JsonField token = tokens.Member(name);
    token.Member("id").String();
    const JsonField ids = token.Member("ids");
    for (std::size_t i = 0; i < ids.ArraySize(); ++i) ids.Element(i).Id();
    const JsonField contents = token.Member("tokens");
    for (std::size_t i = 0; i < contents.ArraySize(); ++i) contents.Element(i).String();
  }
}

// The reference recognizes the kinds by their fields; the type may be missing.
void CheckPostProcessor(const JsonField& field) {
  if (field.IsNull()) return;
  if (field.Has("type")) {
    RequireOneOf(field.Member("type"),
                 {"BertProcessing", "RobertaProcessing", "TemplateProcessing"});
  }
  if (field.Has("single")) return CheckTemplate(field);
  CheckTokenAndId(field.Member("sep"));
  CheckTokenAndId(field.Member("cls"));
}

void CheckDecoder(const JsonField& field) {
  if (field.IsNull()) return;
  if (field.Has("type")) field.Member("type").RequireString("WordPiece");
  field.Member("prefix").String();
  field.Member("cleanup").Bool();
}

}  // namespace

void CheckPartsWithoutIds(const JsonField& root) {
  const std::initializer_list<std::string_view> known = {
      "version",       "truncation",     "padding", "added_tokens", "normalizer",
      "pre_tokenizer", "post_processor", "decoder", "model"};
  root.RequireObject();
  for (const auto& [name, value] : root.json().items()) {
    const bool is_known = std::ranges::find(known, std::string_view(name)) != known.end();
    if (!is_known) root.Member(name).Fail("no such field, which tokenizers does not read");
  }
  CheckTruncation(root.MemberOrNull("truncation"));
  CheckPadding(root.MemberOrNull("padding"));
  CheckPostProcessor(root.MemberOrNull("post_processor"));
  CheckDecoder(root.MemberOrNull("decoder"));
}

}  // namespace zipflens
