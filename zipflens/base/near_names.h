// Names like one that is not there: what a user may have meant.
#pragma once

#include <string>
#include <vector>

namespace zipflens {

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment) that
/// turn one text into the other, without regard to ASCII case. O(|a| |b|).
std::size_t EditDistance(const std::string& a, const std::string& b);

/// At most `most` of the candidates, nearest first and each once.
std::vector<std::string> NearestNames(const std::string& name, std::vector<std::string> candidates,
                                      std::size_t most);

/// "; near: a, b, c" or "" where there is none.
std::string NearText(const std::vector<std::string>& names);

}  // namespace zipflens
