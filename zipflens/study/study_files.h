// Reads and writes the study.json of a study folder.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "zipflens/study/study.h"

namespace zipflens {

/// The file with the inputs and options of a study.
inline constexpr const char* kStudyJson = "study.json";
/// The subfolder of a study folder that holds the study under a null hypothesis.
inline constexpr const char* kNullFolder = "null";

/// Returns the whole content of study.json. Throws InputError.
nlohmann::ordered_json ReadStudyJson(const std::filesystem::path& folder);
/// Replaces study.json atomically. Throws OutputError.
void WriteStudyJson(const std::filesystem::path& folder, const nlohmann::ordered_json& json);

}  // namespace zipflens
