// Hides AVX-512 and AMX from every library of a process into which it is preloaded (LD_PRELOAD).
//
// Settings such as ONEDNN_MAX_CPU_ISA limit one library each, and some code has no setting:
// OpenVINO and ONNX Runtime multiply with MLAS, which asks the processor itself. This library
// changes the processor's answer. Linux can make the CPUID instruction fault in a process
// (arch_prctl(2), ARCH_SET_CPUID, if /proc/cpuinfo lists cpuid_fault); the fault handler returns
// the true answer without the bits of AVX-512 and AMX (Intel's Software Developer's Manual, volume
// 2, CPUID). It must be linked with -z initfirst, so that no library asks earlier. The C library
// chooses its memcpy earlier still; GLIBC_TUNABLES changes that choice. On a processor that cannot
// hide anything, the process ends with exit code 3.

#include <asm/prctl.h>
#include <cpuid.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstring>

namespace {

struct Registers {
  std::uint32_t eax, ebx, ecx, edx;
};

constexpr std::uint32_t Bits() { return 0; }
template <class... More>
constexpr std::uint32_t Bits(int bit, More... more) {
  return (std::uint32_t{1} << bit) | Bits(more...);
}

// Bits that are hidden in leaf 7: AVX512F, DQ, IFMA, PF, ER, CD, BW, VL in EBX; VBMI, VBMI2, VNNI,
// BITALG, VPOPCNTDQ in ECX; 4VNNIW, 4FMAPS, VP2INTERSECT, AMX_BF16, AVX512_FP16, AMX_TILE, AMX_INT8
// in EDX.
constexpr Registers kFeatures = {0, Bits(16, 17, 21, 26, 27, 28, 30, 31), Bits(1, 6, 11, 12, 14),
                                 Bits(2, 3, 8, 22, 23, 24, 25)};
// In its first subleaf: AVX512_BF16, AMX_FP16 in EAX; AMX_COMPLEX, AVX10 in EDX.
constexpr Registers kMoreFeatures = {Bits(5, 21), 0, 0, Bits(8, 19)};
// In leaf 13: the states of AVX-512's registers and of AMX's in EAX.
constexpr Registers kStates = {Bits(5, 6, 7, 17, 18), 0, 0, 0};

Registers HiddenIn(std::uint32_t leaf, std::uint32_t subleaf) {
  if (leaf == 7 && subleaf == 0) return kFeatures;
  if (leaf == 7 && subleaf == 1) return kMoreFeatures;
  if (leaf == 13 && subleaf == 0) return kStates;
  return {};
}

// Sets whether this thread may run CPUID. A new thread inherits the setting of its parent.
long SetCpuidAllowed(bool allowed) {
  return syscall(SYS_arch_prctl, ARCH_SET_CPUID, allowed ? 1L : 0L);
}

void AnswerCpuid(int /*signal*/, siginfo_t* /*info*/, void* context) {
  constexpr unsigned char kCpuid[] = {0x0f, 0xa2};
  greg_t* saved = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): a register is an integer
  const auto* instruction = reinterpret_cast<const unsigned char*>(saved[REG_RIP]);
  if (std::memcmp(instruction, kCpuid, sizeof kCpuid) != 0) {
    signal(SIGSEGV, SIG_DFL);  // the program's own fault: repeat it without this handler
    return;
  }
  const auto leaf = static_cast<std::uint32_t>(saved[REG_RAX]);
  const auto subleaf = static_cast<std::uint32_t>(saved[REG_RCX]);
  Registers answer = {};
  SetCpuidAllowed(true);
  __cpuid_count(leaf, subleaf, answer.eax, answer.ebx, answer.ecx, answer.edx);
  SetCpuidAllowed(false);
  const Registers hidden = HiddenIn(leaf, subleaf);
  saved[REG_RAX] = answer.eax & ~hidden.eax;
  saved[REG_RBX] = answer.ebx & ~hidden.ebx;
  saved[REG_RCX] = answer.ecx & ~hidden.ecx;
  saved[REG_RDX] = answer.edx & ~hidden.edx;
  saved[REG_RIP] += sizeof kCpuid;
}

__attribute__((constructor)) void HideAvx512() {
  struct sigaction action = {};
  action.sa_sigaction = AnswerCpuid;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  if (sigaction(SIGSEGV, &action, nullptr) == 0 && SetCpuidAllowed(false) == 0) return;
  constexpr char kMessage[] =
      "hide_avx512: this processor (or its hypervisor) cannot make CPUID fault: no cpuid_fault in "
      "/proc/cpuinfo\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
  _exit(3);
}

}  // namespace
