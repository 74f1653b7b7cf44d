// Compressed bytes for the tests of .gz and .zst files.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// Returns one gzip member.
std::string Gzip(std::string_view text);

/// Returns one Zstandard frame.
std::string Zstd(std::string_view text);

}  // namespace zipflens
