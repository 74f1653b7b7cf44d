// Places and texts of axis ticks.
#pragma once

#include <string>
#include <vector>

namespace zipflens {

/// The most ticks that an axis gets, whatever is asked for.
inline constexpr std::size_t kMostTicks = 12;

/// Whether an axis can show [lower, upper]: both are finite, and they are far enough apart that
/// ticks between them differ. Not so: lower >= upper, a range below 1e-7 of its larger end (the
/// rounding of float32) or below 1e-300, an end beyond 1e306.
bool IsShowable(double lower, double upper);

/// Multiples of 1, 2 or 5 times a power of ten inside [lower, upper], ascending: as many as there
/// can be up to `max_ticks` (at least 2 are allowed, at most kMostTicks). Empty if the range is
/// not showable. Takes constant time.
std::vector<double> NiceTicks(double lower, double upper, std::size_t max_ticks = 6);

/// As NiceTicks, but whole numbers only; for things that are counted (layers, sequences).
std::vector<double> WholeTicks(double lower, double upper, std::size_t max_ticks = 6);

/// Texts for all ticks of an axis, with the same number of decimals, a comma between thousands and
/// a true minus sign: "10,000", "-0.5". If that takes more than 9 decimals or 15 digits, they are
/// powers of ten: "2e-12". Different ticks have different texts unless they agree in 15 digits.
std::vector<std::string> TickTexts(const std::vector<double>& ticks);

/// `value` with so many decimals, written as on an axis; from 1e15 on with four digits and a power
/// of ten. "not defined" for NaN and infinity.
std::string NumberText(double value, int decimals);

}  // namespace zipflens
