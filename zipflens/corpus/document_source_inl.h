// The body of TakeUtf8 (see document_source.h).
#pragma once

#include <fmt/format.h>

#include "zipflens/base/utf8.h"
#include "zipflens/corpus/document_source.h"

namespace zipflens {

template <typename Place>
void TakeUtf8(std::string_view text, const std::filesystem::path& path, InvalidUtf8Text policy,
              const Place& place, CorpusReport& report, std::string& out) {
  const std::size_t offset = FirstInvalidUtf8(text);
  if (offset == text.size()) {
    out.assign(text);
    return;
  }
  if (policy == InvalidUtf8Text::kReplace) {
    out.clear();
    report.num_replacements += AppendWithReplacements(text, out);
    return;
  }
  throw InvalidUtf8({.source = path.string(),
                     .place = fmt::format("{}, byte {}", place(), offset),
                     .found = fmt::format("byte 0x{:02X}, which is not UTF-8",
                                          static_cast<unsigned char>(text[offset])),
                     .expected = "UTF-8 text (or --invalid-utf8 replace)"},
                    offset);
}

}  // namespace zipflens
