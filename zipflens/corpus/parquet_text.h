// Values of Arrow arrays as text. Includes Arrow: for .cc files only.
#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <string>

namespace zipflens {

/// utf8, large_utf8, utf8_view, or a dictionary of one of these.
bool IsTextType(const arrow::DataType& type);

/// Any value as text to be shown: text as it is, "null", the size of binary values and of text that
/// is not UTF-8, anything else as Arrow prints it. The array must be valid (CheckBatch).
std::string ShownAt(const arrow::Array& array, std::int64_t row);

}  // namespace zipflens
