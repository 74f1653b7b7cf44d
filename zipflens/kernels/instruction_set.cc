#include "zipflens/kernels/instruction_set.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "hwy/highway.h"
#include "zipflens/base/error.h"
#include "zipflens/kernels/products/amx_tiles.h"

namespace zipflens {
namespace {

struct InstructionSet {
  std::string_view name;
  // Highway's bit; better sets have lower bits. 0: whatever the compiler assumes.
  std::int64_t target;
  bool has_bfloat16 = false;  // AVX-512 BF16
};

#if HWY_ARCH_X86
constexpr std::array kInstructionSets = {
    InstructionSet{"baseline", 0},
    InstructionSet{"sse4", HWY_SSE4},
    InstructionSet{"avx2", HWY_AVX2},
    InstructionSet{"avx512", HWY_AVX3},
    InstructionSet{"avx512_bf16", HWY_AVX3, true},
};
#else
constexpr std::array kInstructionSets = {InstructionSet{"baseline", 0}};
#endif

InstructionSet KnownInstructionSet(std::string_view name) {
  std::string known;
  for (const InstructionSet& set : kInstructionSets) {
    if (set.name == name) return set;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", set.name);
  }
  throw UsageError(
      fmt::format("ZIPFLENS_ISA: unknown instruction set \"{}\"; known here: {}", name, known));
}

// All of AVX-512 that Highway's AVX3 needs, and BF16; a hypervisor may hide it.
bool MachineHasAvx512Bfloat16() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512cd") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

// Takes effect on Highway and AMX; returns the set that ZIPFLENS_ISA names.
std::optional<InstructionSet> LimitFromEnvironment() {
  const char* value = std::getenv("ZIPFLENS_ISA");
  if (value == nullptr || *value == '\0') return std::nullopt;
  const InstructionSet set = KnownInstructionSet(value);
  const bool is_missing = (set.target != 0 && (hwy::SupportedTargets() & set.target) == 0) ||
                          (set.has_bfloat16 && !MachineHasAvx512Bfloat16());
  if (is_missing) {
    throw UsageError(fmt::format("ZIPFLENS_ISA: this machine lacks {}", set.name));
  }
  const std::int64_t compiler_baseline = HWY_STATIC_TARGET;
  hwy::DisableTargets((set.target != 0 ? set.target : compiler_baseline) - 1);
  amx::SetAllowed(false);
  return set;
}

const std::optional<InstructionSet>& Limit() {
  static const std::optional<InstructionSet> limit = LimitFromEnvironment();
  return limit;
}

}  // namespace

void ApplyInstructionSetLimit() { Limit(); }

bool HasAvx512Bfloat16() {
  static const bool machine_has_it = MachineHasAvx512Bfloat16();
  const std::optional<InstructionSet>& limit = Limit();
  return machine_has_it && (!limit || limit->has_bfloat16);
}

std::string InstructionSetName() {
  ApplyInstructionSetLimit();
  const std::int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
  std::string name = hwy::TargetName(targets & -targets);
  if (amx::IsAvailable()) return name + " + AMX";
  return HasAvx512Bfloat16() ? name + " + BF16" : name;
}

}  // namespace zipflens
