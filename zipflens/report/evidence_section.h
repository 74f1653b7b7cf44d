// The section of the page that shows the notebook's correlations beside those over types and pairs.
#pragma once

#include <string>

#include "zipflens/study/study.h"

namespace zipflens {

/// A heading, a text and a table by layer: the notebook's r beside r over token types (with
/// interval and q) and r over pairs. Empty if the study has no r over token types.
std::string EvidenceSection(const Study& result);

}  // namespace zipflens
