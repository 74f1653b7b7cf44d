// Places and texts of axis ticks.
#pragma once

#include <string>
#include <vector>

namespace zipflens {

/// Multiples of 1, 2 or 5 times a power of ten inside [lower, upper]: as many as there can be up to
/// `max_ticks`. Empty where the range is empty or not finite.
std::vector<double> NiceTicks(double lower, double upper, int max_ticks = 6);

/// As NiceTicks, but whole numbers only; for things that are counted (layers, sequences).
std::vector<double> WholeTicks(double lower, double upper, int max_ticks = 6);

/// Texts for all ticks of an axis, with the same number of decimals, a comma between thousands and
/// a true minus sign: "10,000", "-0.5".
std::vector<std::string> TickTexts(const std::vector<double>& ticks);

/// `value` with so many decimals, written as on an axis.
std::string NumberText(double value, int decimals);

}  // namespace zipflens
