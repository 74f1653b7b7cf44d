// RunCapture: writes the tensors of docs/analysis.md as .npy files.
#pragma once

#include <cstdint>
#include <filesystem>

#include "zipflens/study/run_study.h"
#include "zipflens/study/study_options.h"

namespace zipflens {

/// Writes into `folder`, which must exist and be empty, for every studied layer N:
///   token_ids.npy [B, S] int32, log_proportions.npy [B, S] float64 (NaN: never counted),
///   layer.N.attention.mean_scores.npy [B, S, S] float32: Z,
///   layer.N.attention.log_norms.npy [B, S] float32: n,
///   layer.N.attention.scores.npy [B, H, S, S] float32: z, if options.head_scores,
///   layer.N.attention.output.npy [B, S, E] float32: o, if options.attention_outputs.
/// Memory does not depend on B. Throws as RunStudy does.
void RunCapture(const CaptureOptions& options, const std::filesystem::path& folder,
                StudyObserver& observer);

}  // namespace zipflens
