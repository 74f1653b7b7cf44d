// Checks of a study's options that need no input.
#pragma once

#include <cstddef>

#include "zipflens/study/study_options.h"

namespace zipflens {

/// Throws UsageError, naming the option, if a number is out of its range or if options exclude each
/// other. `sequence_length` is S.
void RequireSenseOfControls(const StudyOptions& options, std::size_t sequence_length);

}  // namespace zipflens
