// The most multiply-adds a thread can do: what share of the machine a benchmark reaches.
#pragma once

namespace zipflens {

/// Float32 GFLOP/s (a multiply-add counts as two) of the calling thread in a loop that touches
/// registers only, over about `seconds`; of the instruction set in force, so that ZIPFLENS_ISA
/// applies. Thread-safe.
double MeasureFmaPeak(double seconds);

}  // namespace zipflens
