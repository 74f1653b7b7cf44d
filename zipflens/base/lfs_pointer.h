// Git LFS pointers: what a clone without Git LFS has in place of a large file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace zipflens {

/// Pointers are smaller than this (their specification).
inline constexpr std::size_t kLargestLfsPointer = 1024;
/// How many of a file's first bytes tell.
inline constexpr std::size_t kLfsMarkBytes = 64;

/// Throws InputError where the file's first bytes are those of a pointer.
void RefuseLfsPointer(const std::filesystem::path& path, std::string_view first_bytes);

}  // namespace zipflens
