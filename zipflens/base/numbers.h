// Conversions between kinds of numbers, each with one meaning, so that casts are written once.
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>

namespace zipflens {

/// Stands for a number that does not exist, such as the r of constant values. Tables hold null.
inline constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// The place of an enumerator in an enum whose enumerators count from 0; the index of its element
/// in an array that has one element per enumerator.
template <typename Enum>
requires std::is_enum_v<Enum>
constexpr std::size_t Index(Enum value) { return static_cast<std::size_t>(value); }

/// The enumerator at a place: the inverse of Index.
template <typename Enum>
requires std::is_enum_v<Enum>
constexpr Enum EnumAt(std::size_t index) { return static_cast<Enum>(index); }

/// A size, an index or a count as a real number. Exact below 2^53. Signed numbers do not compile:
/// C++ converts an int by itself, and a negative size is a mistake.
constexpr double Real(std::unsigned_integral auto num) { return static_cast<double>(num); }

/// A byte of text as a number from 0 to 255: char is signed on some machines.
constexpr unsigned char ByteOf(char character) { return static_cast<unsigned char>(character); }

}  // namespace zipflens
