#include "zipflens/base/json_field.h"

#include <limits>

#include "zipflens/base/error.h"
#include "zipflens/base/json_reader.h"

namespace zipflens {
namespace {

const nlohmann::json kNull;

}  // namespace

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

std::vector<std::uint64_t> JsonField::Counts() const {
  std::vector<std::uint64_t> counts;
  counts.reserve(ArraySize());
  for (std::size_t i = 0; i < value_->size(); ++i) counts.push_back(Element(i).Count());
  return counts;
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
                    .found = DescribeJson(*value_),
                    .expected = expected});
}

}  // namespace zipflens
