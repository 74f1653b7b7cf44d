// Reads the number of rows of a Parquet file from its footer alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace zipflens {

/// `read(begin, size)` returns bytes of the file. It is called at most twice: for the last 64 KiB,
/// and for the rest of a longer footer. Throws InputError that names `source` if the file is not
/// Parquet, is encrypted or has a malformed footer.
std::uint64_t ParquetRows(
    const std::string& source, std::uint64_t file_size,
    const std::function<std::string(std::uint64_t begin, std::uint64_t size)>& read);

}  // namespace zipflens
