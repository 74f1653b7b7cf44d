// Defines the templates CheckedUtf8 and TakeUtf8 of document_source.h.
#pragma once

#include <fmt/format.h>

#include "zipflens/base/numbers.h"
#include "zipflens/base/utf8.h"
#include "zipflens/corpus/document_source.h"

namespace zipflens {

template <typename Place>
std::string_view CheckedUtf8(std::string_view text, const std::filesystem::path& path,
                             InvalidUtf8Text policy, const Place& place, CorpusReport& report,
                             std::string& storage) {
  const std::size_t offset = FirstInvalidUtf8(text);
  if (offset == text.size()) return text;
  if (policy == InvalidUtf8Text::kReplace) {
    storage.clear();
    report.num_replacements += AppendWithReplacements(text, storage);
    return storage;
  }
  throw InvalidUtf8(
      {.source = path.string(),
       .place = fmt::format("{}, byte {}", place(), offset),
       .found = fmt::format("byte 0x{:02X}, which is not UTF-8", ByteOf(text[offset])),
       .expected = "UTF-8 text (or `invalid_utf8` = replace)"},
      offset);
}

template <typename Place>
void TakeUtf8(std::string_view text, const std::filesystem::path& path, InvalidUtf8Text policy,
              const Place& place, CorpusReport& report, std::string& out) {
  const std::string_view checked = CheckedUtf8(text, path, policy, place, report, out);
  if (checked.data() != out.data()) out.assign(checked);
}

}  // namespace zipflens
