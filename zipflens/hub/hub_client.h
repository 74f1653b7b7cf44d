// HubClient: asks the hub for a repository's commit, its files, parts of a file, and similar names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "zipflens/hub/http_client.h"
#include "zipflens/hub/hub_settings.h"
#include "zipflens/hub/repo.h"

namespace zipflens {

/// A file of a repository at a commit.
struct RemoteFile {
  std::string path = {};        // relative; satisfies IsSafeFileName
  std::uint64_t size = 0;       // bytes
  std::string blob_id = {};     // SHA-1 of the git blob (for a large file: of its LFS pointer)
  std::string lfs_sha256 = {};  // of a large file's content; empty for small files
  std::string xet_hash = {};    // stored for huggingface_hub; zipflens does not use it
  /// The name of the file's blob in the cache, which is also the required digest of its content.
  const std::string& etag() const { return lfs_sha256.empty() ? blob_id : lfs_sha256; }
};

/// Sends requests and repeats them if they fail (WithRetries). Not thread-safe: use one client per
/// thread. Every function throws InputError that explains the hub's refusal to the user (see
/// ThrowRefusal), ConnectionError and InterruptedError. In offline mode every function throws
/// InputError without opening a connection.
class HubClient {
 public:
  explicit HubClient(const HubSettings& settings);

  /// Returns the current commit of the revision.
  std::string ResolveCommit(const Repo& repo);
  /// Returns the files in `folder` ("": the root), including its subfolders if `recursive`. A
  /// folder that does not exist has no files. Throws InputError if the hub sends an unsafe name, a
  /// malformed digest, more than a million files or more than 2,000 pages.
  std::vector<RemoteFile> ListFiles(const Repo& repo, const std::string& commit,
                                    const std::string& folder, bool recursive);
  /// Returns the bytes begin, ..., begin + size - 1 of a file. Throws InputError if the server
  /// ignores ranges.
  std::string ReadRange(const Repo& repo, const std::string& commit, const RemoteFile& file,
                        std::uint64_t begin, std::uint64_t size);

  /// Throws the error that explains a refusal (ThrowRefusal), after looking up similar names.
  [[noreturn]] void ThrowFor(const Repo& repo, const HttpResponse& response);

  const HubSettings& settings() const { return settings_; }
  HttpClient& http() { return http_; }

 private:
  HttpResponse ReadText(const Repo& repo, const std::string& url, std::string& text);
  std::vector<std::string> SearchNames(const Repo& repo);
  std::vector<std::string> RevisionNames(const Repo& repo);

  HubSettings settings_;
  HttpClient http_;
};

/// Throws InputError if `settings` are offline.
void RequireOnline(const HubSettings& settings, const Repo& repo);

}  // namespace zipflens
