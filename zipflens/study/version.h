// The version of zipflens, as CMake's project() and CHANGELOG.md say it.
#pragma once

namespace zipflens {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace zipflens
