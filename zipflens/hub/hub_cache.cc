#include "zipflens/hub/hub_cache.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <iterator>

#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestNote = std::size_t{256} << 20;

std::string ReadSmallFile(const fs::path& path, std::size_t longest) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > longest) return "";
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool IsWithin(const fs::path& path, const fs::path& folder) {
  const auto [end, _] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

void Replace(const fs::path& path, const std::string& text) {
  static std::atomic<int> counter{0};
  const fs::path temporary =
      path.parent_path() /
      fmt::format("{}.{}-{}.tmp", path.filename().string(), ::getpid(), counter++);
  std::error_code error;
  try {
    WriteFileOrThrow(temporary, text);
    fs::rename(temporary, path, error);
  } catch (...) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw;
  }
  if (error) {
    fs::remove(temporary, error);
    throw OutputError(fmt::format("{}: cannot be written", path.string()));
  }
}

CachedRepo DescribeRepo(const fs::path& folder, RepoKind kind, std::string id) {
  CachedRepo found;
  found.repo = {.kind = kind, .id = std::move(id), .revision = ""};
  found.folder = folder;
  std::error_code error;
  const fs::path refs = folder / "refs";
  for (fs::recursive_directory_iterator it(refs, error), end; it != end; it.increment(error)) {
    if (error) break;
    if (!it->is_regular_file(error) || it->path().extension() == ".tmp") continue;
    found.revisions.push_back(it->path().lexically_relative(refs).generic_string());
  }
  std::sort(found.revisions.begin(), found.revisions.end());
  for (const auto& entry : fs::directory_iterator(folder / "snapshots", error)) {
    if (entry.is_directory(error)) ++found.num_snapshots;
  }
  for (const auto& entry : fs::directory_iterator(folder / "blobs", error)) {
    if (!entry.is_regular_file(error)) continue;
    const std::uint64_t size = entry.file_size(error);
    if (error) continue;
    const bool is_partial = entry.path().extension() == ".incomplete";
    (is_partial ? found.num_partial_bytes : found.num_bytes) += size;
    if (!is_partial) ++found.num_files;
  }
  return found;
}

}  // namespace

HubCache::HubCache(fs::path cache_dir) : dir_(std::move(cache_dir)) {}

fs::path HubCache::RepoDir(const Repo& repo) const { return dir_ / CacheFolderName(repo); }

fs::path HubCache::SnapshotDir(const Repo& repo, const std::string& commit) const {
  return RepoDir(repo) / "snapshots" / commit;
}

fs::path HubCache::BlobPath(const Repo& repo, const std::string& etag) const {
  return RepoDir(repo) / "blobs" / etag;
}

fs::path HubCache::LockPath(const Repo& repo, const std::string& etag) const {
  return dir_ / ".locks" / CacheFolderName(repo) / (etag + ".lock");
}

std::optional<std::string> HubCache::CommitOf(const Repo& repo) const {
  if (IsCommitHash(repo.revision)) return repo.revision;
  constexpr std::size_t kLongestRef = 100;
  std::string commit = ReadSmallFile(RepoDir(repo) / "refs" / repo.revision, kLongestRef);
  while (commit.ends_with('\n')) commit.pop_back();
  if (!IsCommitHash(commit)) return std::nullopt;
  return commit;
}

std::optional<fs::path> HubCache::FindFile(const Repo& repo, const std::string& commit,
                                           const std::string& file_name) const {
  if (!IsSafeFileName(file_name)) return std::nullopt;
  const fs::path path = SnapshotDir(repo, commit) / file_name;
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  if (error || !fs::is_regular_file(target, error))
    return std::nullopt;  // missing, or a broken link
  RequireWithin(repo, path, target);
  return path;
}

void HubCache::RequireWithin(const Repo& repo, const fs::path& path, const fs::path& target) const {
  // A shared store of blobs may lie beside the repositories, so any target within the cache is
  // allowed.
  if (IsWithin(target, fs::canonical(dir_)) || IsWithin(target, fs::canonical(RepoDir(repo))))
    return;
  throw InputError({.source = path.string(),
                    .found = fmt::format("a symbolic link to {}", target.string()),
                    .expected = fmt::format("a file of the cache {}", dir_.string())});
}

bool HubCache::HasBlob(const Repo& repo, const std::string& etag, std::uint64_t size) const {
  const fs::path path = BlobPath(repo, etag);
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  if (error) return false;
  RequireWithin(repo, path, target);
  return fs::is_regular_file(target, error) && fs::file_size(target, error) == size;
}

bool HubCache::IsKnownMissing(const Repo& repo, const std::string& commit,
                              const std::string& file_name) const {
  std::error_code error;
  return fs::exists(RepoDir(repo) / ".no_exist" / commit / file_name, error);
}

std::vector<std::string> HubCache::SnapshotFiles(const Repo& repo, const std::string& commit,
                                                 const std::string& folder) const {
  const fs::path root = SnapshotDir(repo, commit);
  std::vector<std::string> names;
  std::error_code error;
  const fs::path from = folder.empty() ? root : root / folder;
  for (fs::recursive_directory_iterator it(from, error), end; it != end; it.increment(error)) {
    if (error) break;
    if (!it->is_directory(error))
      names.push_back(it->path().lexically_relative(root).generic_string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Checks where the path leads before anything is created there.
fs::path HubCache::MakeFolder(const Repo& repo, const fs::path& folder) const {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(folder, error);
  const fs::path root =
      fs::weakly_canonical(IsWithin(folder, RepoDir(repo)) ? RepoDir(repo) : dir_);
  if (error || !IsWithin(real, root)) {
    throw InputError({.source = folder.string(),
                      .found = fmt::format("a symbolic link that leads to {}", real.string()),
                      .expected = fmt::format("a folder within {}", root.string())});
  }
  fs::create_directories(folder, error);
  if (!error) return folder;
  throw OutputError(fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
}

void HubCache::Prepare(const Repo& repo, const std::string& commit) const {
  MakeFolder(repo, RepoDir(repo));
  MakeFolder(repo, RepoDir(repo) / "blobs");
  MakeFolder(repo, SnapshotDir(repo, commit));
  MakeFolder(repo, dir_ / ".locks" / CacheFolderName(repo));
  const fs::path tag = dir_ / "CACHEDIR.TAG";
  std::error_code error;
  if (fs::exists(tag, error)) return;
  Replace(
      tag,
      "Signature: 8a477f597d28d172789f06886806bc55\n"
      "# This file is a cache directory tag created by zipflens for a cache of huggingface_hub.\n"
      "# For information about cache directory tags, see:\n"
      "#\thttps://bford.info/cachedir/\n");
}

void HubCache::StoreCommit(const Repo& repo, const std::string& commit) const {
  if (repo.revision == commit || CommitOf(repo) == commit) return;
  const fs::path path = RepoDir(repo) / "refs" / repo.revision;
  MakeFolder(repo, path.parent_path());
  Replace(path, commit);
}

void HubCache::Link(const Repo& repo, const std::string& commit, const std::string& file_name,
                    const std::string& etag) const {
  const fs::path path = SnapshotDir(repo, commit) / file_name;
  MakeFolder(repo, path.parent_path());
  const fs::path target = BlobPath(repo, etag).lexically_relative(path.parent_path());
  std::error_code error;
  if (fs::is_symlink(path, error) && fs::read_symlink(path, error) == target) return;
  fs::remove(path, error);
  fs::create_symlink(target, path, error);
  // Another process may have created the link between the two calls.
  if (error && !(fs::is_symlink(path) && fs::read_symlink(path) == target)) {
    throw OutputError(fmt::format("{}: cannot be linked: {}", path.string(), error.message()));
  }
}

void HubCache::MarkMissing(const Repo& repo, const std::string& commit,
                           const std::string& file_name) const {
  const fs::path path = RepoDir(repo) / ".no_exist" / commit / file_name;
  std::error_code error;
  if (fs::exists(path, error)) return;
  MakeFolder(repo, path.parent_path());
  Replace(path, "");
}

std::string HubCache::ReadNote(const Repo& repo, const char* name,
                               const std::string& commit) const {
  return ReadSmallFile(RepoDir(repo) / name / (commit + ".json"), kLongestNote);
}

void HubCache::WriteNote(const Repo& repo, const char* name, const std::string& commit,
                         const std::string& text) const {
  const fs::path folder = MakeFolder(repo, RepoDir(repo) / name);
  Replace(folder / (commit + ".json"), text);
}

std::vector<CachedRepo> ListCache(const fs::path& cache_dir) {
  std::vector<CachedRepo> repos;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(cache_dir, error)) {
    const std::string name = entry.path().filename().string();
    const bool is_model = name.starts_with("models--");
    if ((!is_model && !name.starts_with("datasets--")) || !entry.is_directory(error)) continue;
    std::string id = name.substr(name.find("--") + 2);
    const std::size_t separator = id.find("--");
    if (separator != std::string::npos) id.replace(separator, 2, "/");
    if (!IsRepoId(id)) continue;
    repos.push_back(DescribeRepo(entry.path(), is_model ? RepoKind::kModel : RepoKind::kDataset,
                                 std::move(id)));
  }
  std::sort(repos.begin(), repos.end(),
            [](const CachedRepo& a, const CachedRepo& b) { return a.folder < b.folder; });
  return repos;
}

}  // namespace zipflens
