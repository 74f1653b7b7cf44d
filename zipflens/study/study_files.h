// study.json and reading a study folder back.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "zipflens/study/study.h"

namespace zipflens {

/// The file that says what a study was made from and with.
inline constexpr const char* kStudyJson = "study.json";
/// Where a study under a null hypothesis lies within the study's folder.
inline constexpr const char* kNullFolder = "null";

/// study.json as a whole; throws InputError.
nlohmann::ordered_json ReadStudyJson(const std::filesystem::path& folder);
/// Replaces study.json whole or not at all. Throws OutputError.
void WriteStudyJson(const std::filesystem::path& folder, const nlohmann::ordered_json& json);

}  // namespace zipflens
