// Descriptions of files on the Hugging Face hub, for the terminal and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "zipflens/hub/hub_names.h"

namespace zipflens::cli {

/// Lists the files of a plan with their sizes, and says which of them are to be fetched.
std::string PlanText(const FetchPlan& plan);
nlohmann::ordered_json PlanJson(const FetchPlan& plan);

}  // namespace zipflens::cli
