// The YAML front matter of data set cards, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace zipflens {

/// What stands between the two lines "---" of a card; empty if there are none. A byte order mark
/// and white space may come before the first, and lines end at LF, CR LF or CR
/// (huggingface_hub.repocard.REGEX_YAML_BLOCK).
std::string_view FrontMatter(std::string_view card);

/// The value of a key of `yaml`: a plain scalar that YAML 1.1 reads as null, true or false is that,
/// any other scalar a string. Null where there is no such key. Throws InputError naming `source`
/// and the line (`yaml` begins on `first_line`): not YAML, not a mapping, or a value nested deeper
/// than 32 levels or of more than 1,000,000 nodes, aliases followed.
nlohmann::json YamlValue(std::string_view yaml, std::string_view key, const std::string& source,
                         int first_line);

}  // namespace zipflens
