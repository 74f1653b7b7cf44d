// Which instruction set the kernels use: the machine's best, or what ZIPFLENS_ISA limits
// it to.
#pragma once

#include <string>

namespace zipflens {

/// What will be used, for the record: "AVX2", "AVX3", "AVX3 + BF16", "AVX3 + AMX". Results
/// are the same bytes only for the same name. Honours ZIPFLENS_ISA; throws as
/// ApplyInstructionSetLimit.
std::string InstructionSetName();

/// Limits the kernels to the instruction set that the environment variable ZIPFLENS_ISA names:
/// baseline, sse4, avx2, avx512 (without BF16 and AMX) or avx512_bf16 (without AMX); unset or
/// empty: no limit. Takes effect once, before the first kernel runs; every kernel calls it. Throws
/// UsageError for an unknown name and for a set that this machine lacks. Thread-safe; after the
/// first call a load and a branch.
void ApplyInstructionSetLimit();

/// Whether this machine has AVX-512 with BF16, and ZIPFLENS_ISA lets the kernels use it. Throws as
/// ApplyInstructionSetLimit. Thread-safe.
bool HasAvx512Bfloat16();

}  // namespace zipflens
