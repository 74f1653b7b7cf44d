// Reads the YAML front matter of data set cards as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace zipflens {

/// Returns the text between the first two "---" lines of a card, or an empty text if it has no such
/// lines. A byte order mark and white space may precede the first one. Lines end with LF, CR LF or
/// CR (huggingface_hub.repocard.REGEX_YAML_BLOCK).
std::string_view FrontMatter(std::string_view card);

/// Returns the value of `key` in `yaml`, or null if there is no such key. A plain scalar that YAML
/// 1.1 reads as null, true or false becomes that JSON value; any other scalar becomes a string.
/// Throws InputError that names `source` and the line (the first line of `yaml` has number
/// `first_line`) if `yaml` is not YAML or not a mapping, or if the value is nested deeper than 32
/// levels or has more than 1,000,000 nodes after its aliases are expanded.
nlohmann::json YamlValue(std::string_view yaml, std::string_view key, const std::string& source,
                         int first_line);

}  // namespace zipflens
