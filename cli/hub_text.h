// What the program says about files of the hub.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "zipflens/hub/hub_names.h"

namespace zipflens::cli {

/// The files that a plan needs, with sizes and which of them are to be fetched.
std::string PlanText(const FetchPlan& plan);
nlohmann::ordered_json PlanJson(const FetchPlan& plan);

}  // namespace zipflens::cli
