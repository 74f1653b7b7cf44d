// The YAML front matter of data set cards, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace zipflens {

/// The value of a key of the front matter (what stands between two lines "---" at the begin of
/// `card`), every scalar a string; null where there is no such key. Throws InputError naming
/// `source` and the line: not YAML, or a value nested deeper than 32 levels or of more than
/// 1,000,000 nodes, aliases followed.
nlohmann::json FrontMatterValue(std::string_view card, std::string_view key,
                                const std::string& source);

}  // namespace zipflens
