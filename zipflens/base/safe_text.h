// SafeText and OneLine: text from outside, made fit for a message or a terminal, and for a picture.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace zipflens {

/// Longest part of a message, in bytes of the result before its "... (N bytes)".
inline constexpr std::size_t kLongestShownText = 1000;

/// `text` as valid UTF-8 on one line, without anything that a terminal obeys or that a reader
/// cannot see. Line feed, carriage return and tab become \n, \r and \t; other control characters
/// below U+0020 and bytes that are not UTF-8 become \xHH. DEL, further control characters, format
/// characters (bidirectional overrides and isolates, zero-width characters, byte order marks, tags)
/// and line and paragraph separators become \uHHHH, two surrogates beyond U+FFFF, as in JSON.
/// Everything else stays, a backslash too: a second pass changes nothing. A result longer than
/// `longest` bytes is cut between two characters, and "... (N bytes)" says how long `text` is.
std::string SafeText(std::string_view text, std::size_t longest = kLongestShownText);

/// SafeText of each line of a text of several lines, without a limit. Line feeds stay. JSON stays
/// JSON of the same value.
std::string SafeLines(std::string_view text);

/// `text` as valid UTF-8 on one line that XML and HTML can hold, for a picture or a page. Control
/// characters and line breaks become spaces; bytes that are not UTF-8, characters that XML refuses
/// and those that turn the direction of text become U+FFFD.
std::string OneLine(std::string_view text);

}  // namespace zipflens
