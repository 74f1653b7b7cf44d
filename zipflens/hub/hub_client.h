// HubClient: what the hub knows of a repository: its commit, its files, parts of a file, names.
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
  std::string path = {};     // safe below a folder (IsSafeFileName)
  std::uint64_t size = 0;    // bytes
  std::string blob_id = {};  // SHA-1 of the git blob; of the pointer, where the file is a large one
  std::string lfs_sha256 = {};  // of the content of a large file; empty for others
  std::string xet_hash = {};    // kept for huggingface_hub; not used here
  /// The name of its blob in the cache, and the digest its bytes must have.
  const std::string& etag() const { return lfs_sha256.empty() ? blob_id : lfs_sha256; }
};

/// Requests with retries; not thread-safe: one a thread. Every function throws InputError with the
/// hub's answer in the user's words (see ThrowForStatus), ConnectionError and InterruptedError. In
/// offline mode every function throws InputError before anything is opened.
class HubClient {
 public:
  explicit HubClient(const HubSettings& settings);

  /// The commit that the revision stands for now.
  std::string ResolveCommit(const Repo& repo);
  /// The files below `folder` ("": the root), with all below it where `recursive`. Throws
  /// InputError where the hub sends a name that is not safe, a digest that is none, more than a
  /// million files; a folder that is not there has no files.
  std::vector<RemoteFile> ListFiles(const Repo& repo, const std::string& commit,
                                    const std::string& folder, bool recursive);
  /// Bytes begin .. begin + size - 1 of a file. Throws InputError where the server ignores ranges.
  std::string ReadRange(const Repo& repo, const std::string& commit, const RemoteFile& file,
                        std::uint64_t begin, std::uint64_t size);

  /// Throws what a refusal means (ThrowRefusal), with near names looked up.
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

/// Throws InputError: offline.
void RequireOnline(const HubSettings& settings, const Repo& repo);

}  // namespace zipflens
