// HubCache: the cache folder that zipflens shares with huggingface_hub, in the same layout.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/hub/repo.h"

namespace zipflens {

/// CACHE/models--org--name/{refs/REVISION, blobs/ETAG, snapshots/COMMIT/FILE -> ../../blobs/ETAG,
/// .no_exist/COMMIT/FILE, trees/COMMIT.json} and CACHE/.locks/models--org--name/ETAG.lock, as in
/// huggingface_hub 2.4. Reading or writing a path that symbolic links lead out of the cache throws
/// InputError. Several threads and processes may use a cache at the same time. Functions that write
/// throw OutputError.
class HubCache {
 public:
  explicit HubCache(std::filesystem::path cache_dir);

  const std::filesystem::path& dir() const { return dir_; }
  std::filesystem::path RepoDir(const Repo& repo) const;
  std::filesystem::path SnapshotDir(const Repo& repo, const std::string& commit) const;
  std::filesystem::path BlobPath(const Repo& repo, const std::string& etag) const;
  std::filesystem::path LockPath(const Repo& repo, const std::string& etag) const;

  /// Returns the commit that the revision had when the hub was last asked, or the revision itself
  /// if it is a commit. Returns nullopt if the commit is not known.
  std::optional<std::string> CommitOf(const Repo& repo) const;
  /// Returns the path of the file in the snapshot, or nullopt if it is not cached. (Files are
  /// linked into a snapshot only when they are complete.)
  std::optional<std::filesystem::path> FindFile(const Repo& repo, const std::string& commit,
                                                const std::string& file_name) const;
  /// Returns whether the blob exists with its full length. Throws InputError if it is a link out of
  /// the cache.
  bool HasBlob(const Repo& repo, const std::string& etag, std::uint64_t size) const;
  /// Returns whether the cache records that this commit has no such file.
  bool IsKnownMissing(const Repo& repo, const std::string& commit,
                      const std::string& file_name) const;
  /// Returns the sorted paths of the files of a snapshot below `folder` ("": all), relative to the
  /// snapshot.
  std::vector<std::string> SnapshotFiles(const Repo& repo, const std::string& commit,
                                         const std::string& folder = "") const;

  /// Creates the folders for a commit and marks the cache for backup tools (CACHEDIR.TAG).
  void Prepare(const Repo& repo, const std::string& commit) const;
  /// Stores that the revision stands for `commit`. Writes nothing if that is stored already.
  void StoreCommit(const Repo& repo, const std::string& commit) const;
  /// Links the blob into the snapshot as `file_name`.
  void Link(const Repo& repo, const std::string& commit, const std::string& file_name,
            const std::string& etag) const;
  void MarkMissing(const Repo& repo, const std::string& commit, const std::string& file_name) const;

  /// Returns the content of RepoDir/NAME/COMMIT.json, a note about a commit, or an empty string if
  /// there is none.
  std::string ReadNote(const Repo& repo, const char* name, const std::string& commit) const;
  /// Replaces that note atomically.
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
  std::vector<std::string> revisions;  // the names in refs/, sorted
  std::size_t num_snapshots = 0;
  std::size_t num_files = 0;            // blobs, each once
  std::uint64_t num_bytes = 0;          // of the blobs
  std::uint64_t num_partial_bytes = 0;  // of incomplete downloads
  std::filesystem::path folder;
};

/// Returns the models and data sets of a cache, sorted by folder name; none if the folder does not
/// exist.
std::vector<CachedRepo> ListCache(const std::filesystem::path& cache_dir);

}  // namespace zipflens
