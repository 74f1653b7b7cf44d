// What a run leaves in study.json beside its results: its memory, and what became of the figures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace zipflens {

/// The most memory that this process has held so far.
std::uint64_t PeakMemoryBytes();

/// Records in the study.json of a study why figures were not drawn, by name ("figures_not_drawn"),
/// and, if the study itself has just drawn them, how long that took and the peak memory. Leaves a
/// file alone that says the same. Throws InputError, OutputError.
void RecordFigures(const std::filesystem::path& folder,
                   const std::map<std::string, std::string>& not_drawn,
                   std::optional<double> seconds);

}  // namespace zipflens
