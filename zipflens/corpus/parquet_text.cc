#include "zipflens/corpus/parquet_text.h"

#include <fmt/format.h>

#include "zipflens/base/check.h"
#include "zipflens/base/utf8.h"

namespace zipflens {
namespace {

bool IsPlainTextType(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || type.id() == arrow::Type::LARGE_STRING ||
         type.id() == arrow::Type::STRING_VIEW;
}

std::optional<std::string_view> PlainTextAt(const arrow::Array& array, std::int64_t row) {
  if (array.IsNull(row)) return std::nullopt;
  switch (array.type_id()) {
    case arrow::Type::STRING:
      return static_cast<const arrow::StringArray&>(array).GetView(row);
    case arrow::Type::LARGE_STRING:
      return static_cast<const arrow::LargeStringArray&>(array).GetView(row);
    default:
      ZIPFLENS_CHECK(array.type_id() == arrow::Type::STRING_VIEW);
      return static_cast<const arrow::StringViewArray&>(array).GetView(row);
  }
}

}  // namespace

bool IsTextType(const arrow::DataType& type) {
  if (type.id() != arrow::Type::DICTIONARY) return IsPlainTextType(type);
  return IsPlainTextType(*static_cast<const arrow::DictionaryType&>(type).value_type());
}

std::optional<std::string_view> TextAt(const arrow::Array& array, std::int64_t row) {
  if (array.type_id() != arrow::Type::DICTIONARY) return PlainTextAt(array, row);
  if (array.IsNull(row)) return std::nullopt;
  const auto& encoded = static_cast<const arrow::DictionaryArray&>(array);
  return PlainTextAt(*encoded.dictionary(), encoded.GetValueIndex(row));
}

std::string ShownAt(const arrow::Array& array, std::int64_t row) {
  if (IsTextType(*array.type())) {
    const std::optional<std::string_view> text = TextAt(array, row);
    if (!text) return "null";
    if (FirstInvalidUtf8(*text) == text->size()) return std::string(*text);
    return fmt::format("({} bytes that are not UTF-8)", text->size());
  }
  const arrow::Result<std::shared_ptr<arrow::Scalar>> value = array.GetScalar(row);
  if (!value.ok()) return fmt::format("({})", value.status().message());
  if (const auto* binary = dynamic_cast<const arrow::BaseBinaryScalar*>(value->get());
      binary != nullptr && binary->is_valid) {
    return fmt::format("({} bytes)", binary->value->size());
  }
  return (*value)->ToString();
}

}  // namespace zipflens
