// The instruction set that the kernels and oneDNN use: the machine's best, unless ZIPFLENS_ISA sets
// a limit.
#pragma once

#include <string>

namespace zipflens {

/// The name of the instruction set in use: "AVX2 (oneDNN: avx2)", "AVX3 + AMX (oneDNN: ...)".
/// Results are the same bytes only if the name is the same. Applies the limit of ZIPFLENS_ISA
/// first, and throws what ApplyInstructionSetLimit throws.
std::string InstructionSetName();

/// Limits the kernels and oneDNN to the instruction set that the environment variable ZIPFLENS_ISA
/// names: baseline, sse4, avx2 or avx512 (without AMX). Unset or empty means no limit. Every kernel
/// calls it; it takes effect once, before the first kernel runs. Throws UsageError for an unknown
/// name and for a set that this machine lacks. Thread-safe. After the first call it costs a load
/// and a branch.
void ApplyInstructionSetLimit();

}  // namespace zipflens
