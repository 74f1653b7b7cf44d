// HeapsText: text of any length whose vocabulary keeps growing as that of real text does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace zipflens {

/// Begins with the chunks of `real_text`, then goes on by Simon's process (1955): the next chunk is
/// a new one where fewer than 14.7 n^0.6 of the n so far are distinct (Heaps' law as measured on
/// English Wikipedia), and otherwise that at a random earlier place, so that frequencies follow
/// Zipf's law. A new chunk is the beginning of one word and the end of another. At least
/// `num_bytes`, in lines of about 3,000 bytes, the same for the same input.
std::string HeapsText(std::string_view real_text, std::size_t num_bytes);

/// The same written to a stream as it is made, of any length: memory holds the distinct chunks and
/// 1 GB of what came before (of texts over some 1.5 GB a sample of it). Another seed: another text.
void WriteHeapsText(std::string_view real_text, std::uint64_t num_bytes, std::uint64_t seed,
                    std::ostream& out);

}  // namespace zipflens
