// Repo: a model or data set of the hub, identified by its name, and the rules for names.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

enum class RepoKind { kModel, kDataset };

/// A repository at a revision: a branch, a tag or a commit (40 hexadecimal digits).
struct Repo {
  RepoKind kind = RepoKind::kModel;
  std::string id;  // "google-bert/bert-large-uncased" or "bert-large-uncased"
  std::string revision = "main";
};

/// Returns whether `text` can be a repository's name: NAME or ORGANISATION/NAME, of letters,
/// digits, '-', '_' and '.', with at most 96 characters. Neither part may begin or end with '-' or
/// '.', and the name may not contain "--" or ".." or end with ".git"
/// (`huggingface_hub.utils.validate_repo_id`).
bool IsRepoId(std::string_view text);

/// Throws UsageError if `id` is not a valid name or the revision would lead out of its folder.
void CheckRepo(const Repo& repo);

/// Returns whether `text` is 40 hexadecimal digits.
bool IsCommitHash(std::string_view text);

/// Returns whether a file name sent by a server may be used as a path below a folder: it is
/// relative, no part is empty, "." or "..", and it has no backslash and no control character.
bool IsSafeFileName(std::string_view name);

/// Returns the cache folder's name: "models--google-bert--bert-large-uncased".
std::string CacheFolderName(const Repo& repo);

/// Returns the name that follows /api/ in the hub's interface:
/// "models/google-bert/bert-large-uncased".
std::string ApiName(const Repo& repo);

/// Percent-encodes all characters except letters, digits, "-._~" and, if `keep_slash`, '/'.
std::string UrlQuoted(std::string_view text, bool keep_slash);

/// Returns the URL of a file: endpoint/[datasets/]ID/resolve/COMMIT/NAME.
std::string ResolveUrl(const std::string& endpoint, const Repo& repo, const std::string& commit,
                       const std::string& file_name);

/// Returns "model" or "data set", for messages.
const char* KindText(RepoKind kind);

}  // namespace zipflens
