// Which instruction set the kernels and oneDNN use: the machine's best, or what ZIPFLENS_ISA limits
// it to.
#pragma once

#include <string>

namespace zipflens {

/// What will be used, for the record: "AVX2 (oneDNN: avx2)", "AVX3 + AMX (oneDNN: ...)". Results
/// are the same bytes only for the same name. Honours ZIPFLENS_ISA; throws as
/// ApplyInstructionSetLimit.
std::string InstructionSetName();

/// Limits the kernels and oneDNN to the instruction set that the environment variable ZIPFLENS_ISA
/// names: baseline, sse4, avx2 or avx512 (without AMX); unset or empty: no limit. Takes effect
/// once, before the first kernel runs; every kernel calls it. Throws UsageError for an unknown name
/// and for a set that this machine lacks. Thread-safe; after the first call a load and a branch.
void ApplyInstructionSetLimit();

}  // namespace zipflens
