// study.json and reading a study folder back.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "zipflens/study/study_result.h"

namespace zipflens {

/// Where a study under a null hypothesis lies within the study's folder.
inline constexpr const char* kNullFolder = "null";

/// study.json as a whole; throws InputError.
nlohmann::ordered_json ReadStudyJson(const std::filesystem::path& folder);
/// Replaces study.json whole or not at all. Throws OutputError.
void WriteStudyJson(const std::filesystem::path& folder, const nlohmann::ordered_json& json);

/// Layers to show other than the study's own; UsageError where they were not studied.
struct ShownLayers {
  std::optional<int> scatter_layer;
  std::optional<int> profile_layer;
};

/// Reads what figures and report need, the study under the null hypothesis too. Throws InputError:
/// not a study folder, a table that is missing or not as it was written.
StudyResult LoadStudy(const std::filesystem::path& folder, const ShownLayers& shown = {});

}  // namespace zipflens
