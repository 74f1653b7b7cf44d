// Repo: a model or data set of the hub by its name, and the rules of names.
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

/// A name of the form that the hub gives: NAME or ORGANISATION/NAME of letters, digits, '-', '_'
/// and '.', at most 96 characters, neither part begins or ends with '-' or '.', no "--", no "..",
/// no ".git" at the end (`huggingface_hub.utils.validate_repo_id`).
bool IsRepoId(std::string_view text);

/// Throws UsageError: `id` is no name of the hub, or the revision leads out of its folder.
void CheckRepo(const Repo& repo);

/// 40 hexadecimal digits.
bool IsCommitHash(std::string_view text);

/// A file name from a server that may become a path below a folder: relative, no part that is
/// empty, "." or "..", no backslash, no control character.
bool IsSafeFileName(std::string_view name);

/// "models--google-bert--bert-large-uncased".
std::string CacheFolderName(const Repo& repo);

/// "models/google-bert/bert-large-uncased": as the hub's interface has it behind /api/.
std::string ApiName(const Repo& repo);

/// Percent-encoded but for letters, digits, "-._~" and, where asked for, '/'.
std::string UrlQuoted(std::string_view text, bool keep_slash);

/// The address of a file: endpoint/[datasets/]ID/resolve/COMMIT/NAME.
std::string ResolveUrl(const std::string& endpoint, const Repo& repo, const std::string& commit,
                       const std::string& file_name);

/// "model" or "data set", for messages.
const char* KindText(RepoKind kind);

}  // namespace zipflens
