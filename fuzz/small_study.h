// Makes the study whose files the targets study_json and study_tables change.
#pragma once

#include <cstddef>
#include <filesystem>

namespace zipflens::fuzz {

/// Runs a study of a random model (2 layers, 2 heads, 3 sequences of 8 tokens), with a null study,
/// and saves it as the new folder `folder`. Throws as RunStudy does.
void MakeSmallStudy(const std::filesystem::path& folder, std::size_t num_threads = 1);

}  // namespace zipflens::fuzz
