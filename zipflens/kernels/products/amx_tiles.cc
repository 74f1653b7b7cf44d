#include "zipflens/kernels/products/amx_tiles.h"

#include <array>
#include <atomic>
#include <cstdint>

#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace zipflens::amx {
namespace {

std::atomic<bool> is_allowed_here = true;

#if defined(__x86_64__)

// The operand of LDTILECFG.
struct alignas(64) TileConfig {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::array<std::uint8_t, 14> reserved = {};
  std::array<std::uint16_t, 16> row_bytes = {};
  std::array<std::uint8_t, 16> rows = {};
};
static_assert(sizeof(TileConfig) == 64);

TileConfig ConfigOf(std::size_t rows) {
  constexpr std::size_t kFirstOfSecondOperands = 6;
  TileConfig config;
  for (std::size_t tile = 0; tile < 8; ++tile) {
    config.row_bytes[tile] = kTileRowBytes;
    config.rows[tile] = static_cast<std::uint8_t>(tile < kFirstOfSecondOperands ? rows : kTileRows);
  }
  return config;
}

// The state of the tiles is large, and Linux saves it only for processes that ask for it.
bool AskSystem() {
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

bool MachineHasTiles() {
  constexpr unsigned kBfloat16 = 1U << 22;
  constexpr unsigned kTiles = 1U << 24;
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return false;
  return (edx & kBfloat16) != 0 && (edx & kTiles) != 0 && AskSystem();
}

#endif

}  // namespace

void SetAllowed(bool is_allowed) { is_allowed_here = is_allowed; }

#if defined(__x86_64__)

bool IsAvailable() {
  static const bool machine_has_tiles = MachineHasTiles();
  return machine_has_tiles && HasAvx512Bfloat16() && is_allowed_here;
}

TileScope::TileScope(std::size_t rows) {
  ZIPFLENS_CHECK(IsAvailable() && rows <= kTileRows);
  const TileConfig config = ConfigOf(rows);
  asm volatile("ldtilecfg %0" : : "m"(config));
}
TileScope::~TileScope() { asm volatile("tilerelease"); }

#else

bool IsAvailable() { return false; }
TileScope::TileScope(std::size_t /*rows*/) { ZIPFLENS_CHECK(IsAvailable()); }
TileScope::~TileScope() = default;

#endif

}  // namespace zipflens::amx
