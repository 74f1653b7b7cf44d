#include "zipflens/kernels/instruction_set.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <dnnl.hpp>
#include <string_view>

#include "hwy/highway.h"
#include "zipflens/base/error.h"
#include "zipflens/kernels/amx_tiles.h"

namespace zipflens {
namespace {

// cpu_isa::all in oneDNN 2, isa_default in 3.
constexpr auto kNoLimit = static_cast<dnnl::cpu_isa>(0);

struct InstructionSet {
  std::string_view name;
  std::int64_t
      target;  // Highway's bit; better sets have lower bits. 0: whatever the compiler assumes
  dnnl::cpu_isa onednn;
};

#if HWY_ARCH_X86
constexpr std::array kInstructionSets = {
    InstructionSet{"baseline", 0, dnnl::cpu_isa::sse41},
    InstructionSet{"sse4", HWY_SSE4, dnnl::cpu_isa::sse41},
    InstructionSet{"avx2", HWY_AVX2, dnnl::cpu_isa::avx2},
    InstructionSet{"avx512", HWY_AVX3, dnnl::cpu_isa::avx512_core},
};
#else
constexpr std::array kInstructionSets = {InstructionSet{"baseline", 0, kNoLimit}};
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

bool LimitFromEnvironment() {
  const char* value = std::getenv("ZIPFLENS_ISA");
  if (value == nullptr || *value == '\0') return false;
  const InstructionSet set = KnownInstructionSet(value);
  if (set.target != 0 && (hwy::SupportedTargets() & set.target) == 0) {
    throw UsageError(fmt::format("ZIPFLENS_ISA: this machine lacks {}", set.name));
  }
  const std::int64_t compiler_baseline = HWY_STATIC_TARGET;
  hwy::DisableTargets((set.target != 0 ? set.target : compiler_baseline) - 1);
  dnnl::set_max_cpu_isa(set.onednn);
  amx::SetAllowed(false);
  return true;
}

std::string OnednnIsaName() {
  const dnnl::cpu_isa isa = dnnl::get_effective_cpu_isa();
  switch (isa) {
    case kNoLimit:
      return "default";
    case dnnl::cpu_isa::sse41:
      return "sse41";
    case dnnl::cpu_isa::avx:
      return "avx";
    case dnnl::cpu_isa::avx2:
      return "avx2";
    case dnnl::cpu_isa::avx2_vnni:
      return "avx2_vnni";
    case dnnl::cpu_isa::avx512_core:
      return "avx512_core";
    case dnnl::cpu_isa::avx512_core_vnni:
      return "avx512_core_vnni";
    case dnnl::cpu_isa::avx512_core_bf16:
      return "avx512_core_bf16";
    case dnnl::cpu_isa::avx512_core_amx:
      return "avx512_core_amx";
    default:
      return fmt::format("{:#x}", static_cast<unsigned>(isa));
  }
}

}  // namespace

void ApplyInstructionSetLimit() {
  [[maybe_unused]] static const bool limited = LimitFromEnvironment();
}

std::string InstructionSetName() {
  ApplyInstructionSetLimit();
  const std::int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
  return fmt::format("{}{} (oneDNN: {})", hwy::TargetName(targets & -targets),
                     amx::IsAvailable() ? " + AMX" : "", OnednnIsaName());
}

}  // namespace zipflens
