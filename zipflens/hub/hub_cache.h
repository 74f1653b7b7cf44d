// HubCache: the cache folder that zipflens shares with huggingface_hub, in exactly its layout.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/hub/repo.h"

namespace zipflens {

/// CACHE/models--org--name/{refs/REVISION, blobs/ETAG, snapshots/COMMIT/FILE -> ../../blobs/ETAG,
/// .no_exist/ COMMIT/FILE, trees/COMMIT.json} and CACHE/.locks/models--org--name/ETAG.lock, as
/// huggingface_hub 2.4 has them. A path that symbolic links lead out of the cache is refused by
/// InputError, for reading and for writing. Safe to use from several threads and processes; writing
/// throws OutputError.
class HubCache {
 public:
  explicit HubCache(std::filesystem::path cache_dir);

  const std::filesystem::path& dir() const { return dir_; }
  std::filesystem::path RepoDir(const Repo& repo) const;
  std::filesystem::path SnapshotDir(const Repo& repo, const std::string& commit) const;
  std::filesystem::path BlobPath(const Repo& repo, const std::string& etag) const;
  std::filesystem::path LockPath(const Repo& repo, const std::string& etag) const;

  /// The commit that the revision stood for when it was last asked, or the revision where it is a
  /// commit.
  std::optional<std::string> CommitOf(const Repo& repo) const;
  /// The file's path in the snapshot, where it is there and whole.
  std::optional<std::filesystem::path> FindFile(const Repo& repo, const std::string& commit,
                                                const std::string& file_name) const;
  /// Whether the blob is there in its full length. Throws InputError where it is a link out of the
  /// cache.
  bool HasBlob(const Repo& repo, const std::string& etag, std::uint64_t size) const;
  /// Whether the hub once said that this commit has no such file.
  bool IsKnownMissing(const Repo& repo, const std::string& commit,
                      const std::string& file_name) const;
  /// The files of a snapshot below `folder` ("": all), relative to the snapshot, sorted.
  std::vector<std::string> SnapshotFiles(const Repo& repo, const std::string& commit,
                                         const std::string& folder = "") const;

  /// Makes the folders and marks the cache for backup tools (CACHEDIR.TAG).
  void Prepare(const Repo& repo, const std::string& commit) const;
  /// Remembers what the revision stands for. Nothing is written where that is so already.
  void StoreCommit(const Repo& repo, const std::string& commit) const;
  /// Gives the blob its name in the snapshot.
  void Link(const Repo& repo, const std::string& commit, const std::string& file_name,
            const std::string& etag) const;
  void MarkMissing(const Repo& repo, const std::string& commit, const std::string& file_name) const;

  /// The content of RepoDir/NAME/COMMIT.json, what is remembered of a commit; empty where there is
  /// none.
  std::string ReadNote(const Repo& repo, const char* name, const std::string& commit) const;
  /// Replaces it, whole or not at all.
  void WriteNote(const Repo& repo, const char* name, const std::string& commit,
                 const std::string& text) const;

 private:
  void RequireWithin(const Repo& repo, const std::filesystem::path& path,
                     const std::filesystem::path& target) const;
  std::filesystem::path MakeFolder(const Repo& repo, const std::filesystem::path& folder) const;

  std::filesystem::path dir_;
};

/// One repository of a cache.
struct CachedRepo {
  Repo repo;                           // revision: empty
  std::vector<std::string> revisions;  // names that refs/ has, sorted
  std::size_t num_snapshots = 0;
  std::size_t num_files = 0;            // blobs, each once
  std::uint64_t num_bytes = 0;          // of the blobs
  std::uint64_t num_partial_bytes = 0;  // of parts whose download was broken off
  std::filesystem::path folder;
};

/// The models and data sets of a cache, by folder name. No cache folder: none.
std::vector<CachedRepo> ListCache(const std::filesystem::path& cache_dir);

}  // namespace zipflens
