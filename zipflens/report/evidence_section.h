// The part of the page that sets the notebook's numbers beside those a reviewer asks for.
#pragma once

#include <string>

#include "zipflens/study/study.h"

namespace zipflens {

/// Heading, words and a table by layer: the notebook's r beside r over token types (interval, q)
/// and over pairs. Empty for a study without such numbers.
std::string EvidenceSection(const Study& result);

}  // namespace zipflens
