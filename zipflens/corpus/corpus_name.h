// CorpusName: a corpus as a user names it, taken apart.
#pragma once

#include <optional>
#include <string>

#include "zipflens/corpus/split_expression.h"

namespace zipflens {

/// PLACE, PLACE:SPLIT or PLACE:CONFIG:SPLIT, where the place is a
/// file, glob, folder or hub name.
struct CorpusName {
  std::string place;
  std::string config;                    // may be empty
  std::optional<SplitExpression> split;  // nullopt: no split was named
};

/// Splits a corpus name at the colons that follow its last slash and are outside brackets (neither
/// a configuration nor a split contains a slash). Throws InputError if there are more than two such
/// colons, a part is empty or the split is malformed.
CorpusName ParseCorpusName(const std::string& text);

}  // namespace zipflens
