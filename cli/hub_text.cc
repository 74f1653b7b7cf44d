#include "cli/hub_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "zipflens/base/safe_text.h"

namespace zipflens::cli {

std::string PlanText(const FetchPlan& plan) {
  std::size_t widest = 0;
  for (const PlannedFile& planned : plan.files) widest = std::max(widest, planned.file.path.size());
  std::string text = fmt::format("{} of the hub: {}, {} at {}\n", KindText(plan.repo.kind),
                                 plan.repo.id, plan.repo.revision, plan.commit.substr(0, 12));
  for (const PlannedFile& planned : plan.files) {
    text +=
        fmt::format("  {:<{}}  {:>9}  {}\n", SafeText(planned.file.path), widest,
                    SizeText(planned.file.size), planned.is_cached ? "in the cache" : "to fetch");
  }
  text += fmt::format("  {} needed, {} to fetch, into {}\n", SizeText(plan.bytes_needed()),
                      SizeText(plan.bytes_to_fetch()), SafeText(plan.snapshot.string()));
  return text;
}

nlohmann::ordered_json PlanJson(const FetchPlan& plan) {
  using Json = nlohmann::ordered_json;
  Json files = Json::array();
  for (const PlannedFile& planned : plan.files) {
    files.push_back({{"path", planned.file.path},
                     {"bytes", planned.file.size},
                     {"etag", planned.file.etag()},
                     {"cached", planned.is_cached}});
  }
  return {{"kind", plan.repo.kind == RepoKind::kModel ? "hub_model" : "hub_dataset"},
          {"name", plan.repo.id},
          {"revision", plan.repo.revision},
          {"commit", plan.commit},
          {"folder", plan.snapshot.string()},
          {"files", std::move(files)},
          {"bytes_needed", plan.bytes_needed()},
          {"bytes_to_fetch", plan.bytes_to_fetch()}};
}

}  // namespace zipflens::cli
