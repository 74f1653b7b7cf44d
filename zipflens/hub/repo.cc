#include "zipflens/hub/repo.h"

#include <fmt/format.h>

#include <algorithm>

#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

bool IsAsciiAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsNamePart(std::string_view part) {
  const auto may_end = [](char c) { return IsAsciiAlphanumeric(c) || c == '_'; };
  if (part.empty() || !may_end(part.front()) || !may_end(part.back())) return false;
  return std::all_of(part.begin(), part.end(),
                     [&](char c) { return may_end(c) || c == '-' || c == '.'; });
}

bool IsHexadecimal(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

bool IsRepoId(std::string_view text) {
  constexpr std::size_t kLongest = 96;
  if (text.size() > kLongest || text.ends_with(".git")) return false;
  if (text.find("--") != std::string::npos || text.find("..") != std::string::npos) return false;
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return IsNamePart(text);
  return IsNamePart(text.substr(0, slash)) && IsNamePart(text.substr(slash + 1));
}

void CheckRepo(const Repo& repo) {
  if (!IsRepoId(repo.id)) {
    throw UsageError(
        fmt::format("\"{}\": no name of the hub; expected ORGANISATION/NAME", repo.id));
  }
  if (!IsSafeFileName(repo.revision)) {
    throw UsageError(fmt::format("`revision`: found \"{}\"; expected a branch, a tag or a commit",
                                 repo.revision));
  }
}

bool IsCommitHash(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), IsHexadecimal);
}

bool IsSafeFileName(std::string_view name) {
  if (name.empty() || name.size() > 4096) return false;
  for (const char c : name) {
    if (c == '\\' || ByteOf(c) < 0x20 || c == 0x7f) return false;
  }
  while (true) {
    const std::size_t slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    if (part.empty() || part == "." || part == ".." || part.size() > 255) return false;
    if (slash == std::string::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

std::string CacheFolderName(const Repo& repo) {
  std::string name = repo.id;
  const std::size_t slash = name.find('/');
  if (slash != std::string::npos) name.replace(slash, 1, "--");
  return (repo.kind == RepoKind::kModel ? "models--" : "datasets--") + name;
}

std::string ApiName(const Repo& repo) {
  return (repo.kind == RepoKind::kModel ? "models/" : "datasets/") + repo.id;
}

std::string UrlQuoted(std::string_view text, bool keep_slash) {
  std::string quoted;
  for (const char c : text) {
    const bool plain = IsAsciiAlphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~' ||
                       (keep_slash && c == '/');
    if (plain) {
      quoted += c;
    } else {
      quoted += fmt::format("%{:02X}", ByteOf(c));
    }
  }
  return quoted;
}

std::string ResolveUrl(const std::string& endpoint, const Repo& repo, const std::string& commit,
                       const std::string& file_name) {
  return fmt::format("{}/{}{}/resolve/{}/{}", endpoint,
                     repo.kind == RepoKind::kModel ? "" : "datasets/", repo.id,
                     UrlQuoted(commit, false), UrlQuoted(file_name, true));
}

const char* KindText(RepoKind kind) { return kind == RepoKind::kModel ? "model" : "data set"; }

}  // namespace zipflens
