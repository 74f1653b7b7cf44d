#include "zipflens/base/random_numbers.h"

#include <bit>
#include <cmath>
#include <cstddef>

namespace zipflens {
namespace {

// Coefficients of AS 241 (PPND16), constant term first.
constexpr std::array kCentralNumerator = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                          1.9715909503065514427e3, 1.3731693765509461125e4,
                                          4.5921953931549871457e4, 6.7265770927008700853e4,
                                          3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr std::array kCentralDenominator = {1.0,
                                            4.2313330701600911252e1,
                                            6.8718700749205790830e2,
                                            5.3941960214247511077e3,
                                            2.1213794301586595867e4,
                                            3.9307895800092710610e4,
                                            2.8729085735721942674e4,
                                            5.2264952788528545610e3};
constexpr std::array kTailNumerator = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                       5.76949722146069140550e0,  3.64784832476320460504e0,
                                       1.27045825245236838258e0,  2.41780725177450611770e-1,
                                       2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr std::array kTailDenominator = {1.0,
                                         2.05319162663775882187e0,
                                         1.67638483018380384940e0,
                                         6.89767334985100004550e-1,
                                         1.48103976427480074590e-1,
                                         1.51986665636164571966e-2,
                                         5.47593808499534494600e-4,
                                         1.05075007164441684324e-9};

double Polynomial(const std::array<double, 8>& coefficients, double x) {
  double value = coefficients[7];
  for (std::size_t i = 7; i-- > 0;) value = value * x + coefficients[i];
  return value;
}

// ln x for a normal x > 0. The C library's logarithm is not the same on every machine.
double NaturalLog(double x) {
  constexpr double kLn2 = 0.693147180559945309417;
  constexpr std::uint64_t kMantissaMask = (std::uint64_t{1} << 52) - 1;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & kMantissaMask) | (std::uint64_t{1023} << 52));
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++exponent;
  }
  // With s = (m - 1) / (m + 1), ln m = 2 atanh(s) = 2 (s + s^3 / 3 + s^5 / 5 + ...). |s| < 0.172,
  // so 12 terms are accurate to 1e-19.
  const double s = (mantissa - 1.0) / (mantissa + 1.0);
  double series = 0.0;
  for (int power = 23; power >= 1; power -= 2) series = series * (s * s) + 1.0 / power;
  return exponent * kLn2 + 2.0 * s * series;
}

}  // namespace

std::array<std::uint32_t, 4> Philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  constexpr int kRounds = 10;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

double NormalFromBits(std::uint32_t bits) {
  const double p = (bits + 0.5) * 0x1p-32;
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * Polynomial(kCentralNumerator, r) / Polynomial(kCentralDenominator, r);
  }
  // For sqrt(-ln p) above 5, which 32 bits do not reach, AS 241 has a third pair of functions.
  const double r = std::sqrt(-NaturalLog(q < 0 ? p : 1.0 - p)) - 1.6;
  const double magnitude = Polynomial(kTailNumerator, r) / Polynomial(kTailDenominator, r);
  return q < 0 ? -magnitude : magnitude;
}

}  // namespace zipflens
