// The peak rate of multiply-adds of one thread, to which benchmarks compare themselves.
#pragma once

namespace zipflens {

/// Float32 GFLOP/s (a multiply-add counts as two operations) of the calling thread, in a loop that
/// touches registers only, measured over about `seconds`. Uses the instruction set in use, within
/// the limit that ZIPFLENS_ISA sets. Thread-safe.
double MeasureFmaPeak(double seconds);

}  // namespace zipflens
