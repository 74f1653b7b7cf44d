// The YAML that data set cards are written in, as far as their `configs` use it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace zipflens {

/// The value of a key of the front matter (what stands between two lines "---" at the begin of
/// `card`); null where there is no such key. Understood: block mappings and sequences, plain and
/// quoted scalars on one line (all become strings), flow sequences of scalars, comments. Throws
/// InputError naming `source` and the line for anything else below that key; other keys are not
/// looked at.
nlohmann::json FrontMatterValue(std::string_view card, std::string_view key,
                                const std::string& source);

}  // namespace zipflens
