// Records facts about a run in study.json: its memory, and which figures were not drawn.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace zipflens {

/// Returns the peak memory of this process so far, in bytes.
std::uint64_t PeakMemoryBytes();

/// Records in study.json why figures were not drawn, by name ("figures_not_drawn"). If the study
/// has just drawn them, in `seconds`, it also records that time and the peak memory. Does not write
/// the file if nothing changes. Throws InputError, OutputError.
void RecordFigures(const std::filesystem::path& folder,
                   const std::map<std::string, std::string>& not_drawn,
                   std::optional<double> seconds);

}  // namespace zipflens
