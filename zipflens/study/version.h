// The version of zipflens, the same as in CMake's project() and CHANGELOG.md.
#pragma once

namespace zipflens {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace zipflens
