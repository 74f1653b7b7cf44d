// The number of rows of a Parquet file, of its footer alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace zipflens {

/// `read(begin, size)` gives bytes of the file. Two reads at most: its last 64 KiB, and the rest of
/// a longer footer. Throws InputError naming `source`: not Parquet, encrypted, a footer that is
/// none.
std::uint64_t ParquetRows(
    const std::string& source, std::uint64_t file_size,
    const std::function<std::string(std::uint64_t begin, std::uint64_t size)>& read);

}  // namespace zipflens
