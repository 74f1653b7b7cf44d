// HeapsText: text of any length whose vocabulary keeps growing, as that of real text does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace zipflens {

/// Makes a text that begins with the chunks of `real_text` and continues by Simon's process (1955).
/// The next chunk is a new one if fewer than 14.7 n^0.6 of the n chunks so far are distinct (Heaps'
/// law as measured on English Wikipedia). Otherwise it is the chunk at a random earlier place, so
/// frequencies follow Zipf's law. A new chunk is the beginning of one word and the end of another.
/// The text has at least `num_bytes` bytes in lines of about 3,000, and is the same for the same
/// input.
std::string HeapsText(std::string_view real_text, std::size_t num_bytes);

/// Writes such a text of any length to a stream. Memory holds the distinct chunks and 1 GB of
/// earlier chunks (a sample of them for texts of more than about 1.5 GB). Another seed gives
/// another text.
void WriteHeapsText(std::string_view real_text, std::uint64_t num_bytes, std::uint64_t seed,
                    std::ostream& out);

}  // namespace zipflens
