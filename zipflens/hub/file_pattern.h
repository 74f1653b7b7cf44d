// File patterns of data set cards: * and ? within a folder, ** over folders, [...].
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// Whether the pattern matches the whole path, as fsspec's glob does under `datasets`: "*", "?" and
/// "[abc]",
/// "[!abc]", "[a-z]" do not match '/'; "**/" matches any number of folders, also none; "**" all.
/// Parts of a path that begin with '.' or "__" are matched only where the pattern has such a part
/// too. O(|pattern| |path|).
bool MatchesFilePattern(std::string_view pattern, std::string_view path);

/// The folder that all matches are in: the pattern up to the last '/' before its first wildcard; ""
/// for the root.
std::string FolderOfPattern(const std::string& pattern);

}  // namespace zipflens
