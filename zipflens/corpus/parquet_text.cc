#include "zipflens/corpus/parquet_text.h"

#include <fmt/format.h>

#include <string_view>

#include "zipflens/base/utf8.h"

namespace zipflens {
namespace {

bool IsPlainTextType(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || type.id() == arrow::Type::LARGE_STRING ||
         type.id() == arrow::Type::STRING_VIEW;
}

}  // namespace

bool IsTextType(const arrow::DataType& type) {
  if (type.id() != arrow::Type::DICTIONARY) return IsPlainTextType(type);
  return IsPlainTextType(*static_cast<const arrow::DictionaryType&>(type).value_type());
}

std::string ShownAt(const arrow::Array& array, std::int64_t row) {
  if (array.IsNull(row)) return "null";
  if (array.type_id() == arrow::Type::DICTIONARY) {
    const auto& encoded = static_cast<const arrow::DictionaryArray&>(array);
    return ShownAt(*encoded.dictionary(), encoded.GetValueIndex(row));
  }
  const arrow::Result<std::shared_ptr<arrow::Scalar>> value = array.GetScalar(row);
  if (!value.ok()) return fmt::format("({})", value.status().message());
  const auto* const bytes = dynamic_cast<const arrow::BaseBinaryScalar*>(value->get());
  if (bytes == nullptr) return (*value)->ToString();
  const std::string_view text = bytes->view();
  if (!IsPlainTextType(*array.type())) return fmt::format("({} bytes)", text.size());
  if (FirstInvalidUtf8(text) == text.size()) return std::string(text);
  return fmt::format("({} bytes that are not UTF-8)", text.size());
}

}  // namespace zipflens
