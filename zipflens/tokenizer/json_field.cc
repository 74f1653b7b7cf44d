#include "zipflens/tokenizer/json_field.h"

#include <limits>

#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"

namespace zipflens {
namespace {

const nlohmann::json kNull;

// A value in a few words: large ones are cut short.
std::string Describe(const nlohmann::json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  constexpr std::size_t kMaxLength = 60;
  std::string text = value.dump(-1, ' ', /*ensure_ascii=*/true);
  if (text.size() > kMaxLength) text = text.substr(0, kMaxLength) + "...";
  return text;
}

}  // namespace

nlohmann::json ReadJson(const std::filesystem::path& path) {
  const MappedFile file(path);
  const std::string_view text = file.text();
  if (text.starts_with("\xEF\xBB\xBF")) {
    throw InputError({.source = path.string(),
                      .place = "byte 0",
                      .found = "a byte order mark",
                      .expected = "UTF-8 without one"});
  }
  try {
    return nlohmann::json::parse(text.begin(), text.end());
  } catch (const nlohmann::json::parse_error& error) {
    throw InputError({.source = path.string(),
                      .place = "byte " + std::to_string(error.byte),
                      .found = text.empty() ? "an empty file" : "malformed JSON",
                      .expected = "a JSON object"});
  }
}

bool JsonField::Has(const std::string& name) const {
  RequireObject();
  return value_->contains(name);
}

JsonField JsonField::Member(const std::string& name) const {
  JsonField member = MemberOrNull(name);
  if (member.value_ == &kNull) {
    throw InputError({.source = file_->string(),
                      .place = member.place_,
                      .found = "no such field",
                      .expected = "a value"});
  }
  return member;
}

JsonField JsonField::MemberOrNull(const std::string& name) const {
  RequireObject();
  const auto found = value_->find(name);
  const std::string place = place_.empty() ? name : place_ + "." + name;
  return JsonField(found == value_->end() ? kNull : *found, *file_, place);
}

JsonField JsonField::Element(std::size_t i) const {
  return JsonField(value_->at(i), *file_, place_ + "[" + std::to_string(i) + "]");
}

std::size_t JsonField::ArraySize() const {
  if (!value_->is_array()) Fail("an array");
  return value_->size();
}

std::string JsonField::String() const {
  if (!value_->is_string()) Fail("a string");
  return value_->get<std::string>();
}

bool JsonField::Bool() const {
  if (!value_->is_boolean()) Fail("true or false");
  return value_->get<bool>();
}

std::uint64_t JsonField::Count() const {
  const bool fits = value_->is_number_unsigned() &&
                    value_->get<std::uint64_t>() <=
                        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!fits) Fail("a whole number, 0 or more");
  return value_->get<std::uint64_t>();
}

std::uint32_t JsonField::Id() const {
  const bool fits = value_->is_number_unsigned() &&
                    value_->get<std::uint64_t>() <= std::numeric_limits<std::uint32_t>::max();
  if (!fits) Fail("a whole number from 0 to 4294967295");
  return value_->get<std::uint32_t>();
}

void JsonField::RequireObject() const {
  if (!value_->is_object()) Fail("an object");
}

void JsonField::RequireString(const std::string& expected) const {
  if (!value_->is_string() || value_->get<std::string>() != expected) {
    Fail('"' + expected + '"');
  }
}

void JsonField::Fail(const std::string& expected) const {
  throw InputError({.source = file_->string(),
                    .place = place_,
                    .found = Describe(*value_),
                    .expected = expected});
}

}  // namespace zipflens
