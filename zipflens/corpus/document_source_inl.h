// The body of CheckUtf8 (see document_source.h).
#pragma once

#include <fmt/format.h>

#include "zipflens/base/utf8.h"
#include "zipflens/corpus/document_source.h"

namespace zipflens {

template <typename Place>
void CheckUtf8(std::string_view text, const std::filesystem::path& path, const Place& place) {
  const std::size_t offset = FirstInvalidUtf8(text);
  if (offset == text.size()) return;
  throw InvalidUtf8({.source = path.string(),
                     .place = fmt::format("{}, byte {}", place(), offset),
                     .found = fmt::format("byte 0x{:02X}, which is not UTF-8",
                                          static_cast<unsigned char>(text[offset])),
                     .expected = "UTF-8 text"},
                    offset);
}

}  // namespace zipflens
