// Converts values of Arrow arrays to text. It includes Arrow, so include it only in .cc files.
#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <string>

namespace zipflens {

/// Returns whether `type` is utf8, large_utf8, utf8_view or a dictionary of one of these.
bool IsTextType(const arrow::DataType& type);

/// Returns any value as text for display: text unchanged, null as "null", binary values and text
/// that is not UTF-8 as their size, and other values as Arrow prints them. The array must have
/// passed CheckBatch.
std::string ShownAt(const arrow::Array& array, std::int64_t row);

}  // namespace zipflens
