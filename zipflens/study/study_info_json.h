// Converts StudyInfo to and from the form in study.json.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "zipflens/study/study.h"

namespace zipflens {

/// The members of StudyInfo as study.json holds them; ParseStudyInfo reads them back.
nlohmann::ordered_json StudyInfoJson(const StudyInfo& info);

/// Throws InputError naming `source` and the member: not an object, written by a zipflens with
/// another format, a member that is missing, of another type or out of its range, and members that
/// do not fit each other (a shown layer that was not studied, more left out than there is).
StudyInfo ParseStudyInfo(const nlohmann::ordered_json& json, const std::string& source);

}  // namespace zipflens
