// JsonField: a value in a JSON file that knows where it stands, for messages.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace zipflens {

/// Everything throws InputError with file, field, what was found and what was expected. The JSON
/// and the path must outlive the field.
class JsonField {
 public:
  JsonField(const nlohmann::json& value, const std::filesystem::path& file, std::string place = {})
      : value_(&value), file_(&file), place_(std::move(place)) {}

  const nlohmann::json& json() const { return *value_; }
  const std::string& place() const { return place_; }

  /// Whether an object has a member, if only null.
  bool Has(const std::string& name) const;
  /// A member of an object: required, or null where it is missing.
  JsonField Member(const std::string& name) const;
  JsonField MemberOrNull(const std::string& name) const;
  /// An element of an array.
  JsonField Element(std::size_t i) const;
  /// Number of elements of an array.
  std::size_t ArraySize() const;

  /// Elements of an array of whole numbers from 0 to 2^63 - 1.
  std::vector<std::uint64_t> Counts() const;

  bool IsNull() const { return value_->is_null(); }
  std::string String() const;
  bool Bool() const;
  /// A whole number from 0 to 2^63 - 1.
  std::uint64_t Count() const;

  /// A whole number from 0 to 2^32 - 1: an id.
  std::uint32_t Id() const;

  /// The values of a field that may be missing or null.
  bool BoolOr(bool otherwise) const { return IsNull() ? otherwise : Bool(); }

  /// Throws unless it is a string equal to `expected`.
  void RequireString(const std::string& expected) const;
  void RequireObject() const;
  [[noreturn]] void Fail(const std::string& expected) const;

 private:
  const nlohmann::json* value_;
  const std::filesystem::path* file_;
  std::string place_;
};

}  // namespace zipflens
