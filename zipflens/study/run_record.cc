#include "zipflens/study/run_record.h"

#include <sys/resource.h>

#include <nlohmann/json.hpp>

#include "zipflens/study/study_files.h"

namespace zipflens {

std::uint64_t PeakMemoryBytes() {
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;
}

void RecordFigures(const std::filesystem::path& folder,
                   const std::map<std::string, std::string>& not_drawn,
                   std::optional<double> seconds) {
  nlohmann::ordered_json json = ReadStudyJson(folder);
  const nlohmann::ordered_json before = json;
  json["figures_not_drawn"] = not_drawn;
  if (seconds) {
    json["timings_seconds"]["figures"] = *seconds;
    json["peak_memory_bytes"] = PeakMemoryBytes();
  }
  if (json != before) WriteStudyJson(folder, json);
}

}  // namespace zipflens
