// Converts StudyInfo to and from the form in study.json.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "zipflens/study/study.h"

namespace zipflens {

/// Returns the members of StudyInfo in the form of study.json. ParseStudyInfo reads them back.
nlohmann::ordered_json StudyInfoJson(const StudyInfo& info);

/// Reads the members back. Throws InputError that names `source` and the member if `json` is not an
/// object or was written by a zipflens with another format; if a member is missing, has another
/// type or is out of range; or if members contradict each other (a shown layer that was not
/// studied, or more tokens left out than the batch has).
StudyInfo ParseStudyInfo(const nlohmann::ordered_json& json, const std::string& source);

}  // namespace zipflens
