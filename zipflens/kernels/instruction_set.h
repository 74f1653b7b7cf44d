// The instruction set that the kernels use: the machine's best, unless ZIPFLENS_ISA sets a limit.
#pragma once

#include <string>

namespace zipflens {

/// The name of the instruction set in use: "AVX2", "AVX3", "AVX3 + BF16", "AVX3 + AMX". Results are
/// the same bytes only if the name is the same. Applies the limit of ZIPFLENS_ISA first, and throws
/// what ApplyInstructionSetLimit throws.
std::string InstructionSetName();

/// Limits the kernels to the instruction set that the environment variable ZIPFLENS_ISA names:
/// baseline, sse4, avx2, avx512 (without BF16 and AMX) or avx512_bf16 (without AMX). Unset or empty
/// means no limit. Every kernel calls it; it takes effect once, before the first kernel runs.
/// Throws UsageError for an unknown name and for a set that this machine lacks. Thread-safe. After
/// the first call it costs a load and a branch.
void ApplyInstructionSetLimit();

/// Whether this machine has AVX-512 with BF16 and ZIPFLENS_ISA allows it. Throws what
/// ApplyInstructionSetLimit throws. Thread-safe.
bool HasAvx512Bfloat16();

}  // namespace zipflens
