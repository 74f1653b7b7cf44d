// Text out of Arrow arrays, whatever Arrow calls its type. Includes Arrow: for .cc files only.
#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace zipflens {

/// utf8, large_utf8, utf8_view, or a dictionary of one of these.
bool IsTextType(const arrow::DataType& type);

/// The value of a row as it stands, not checked for UTF-8; nothing where it is null. The array's
/// type must be a text type. Lives as long as the array.
std::optional<std::string_view> TextAt(const arrow::Array& array, std::int64_t row);

/// Any value as text to be shown: text as it is, "null", the size of binary values and of text that
/// is not UTF-8, anything else as Arrow prints it.
std::string ShownAt(const arrow::Array& array, std::int64_t row);

}  // namespace zipflens
