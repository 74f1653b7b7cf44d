// Fetches one file's bytes into the cache: resumed where it was broken off, checked before it has
// its name.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "zipflens/hub/hub_cache.h"
#include "zipflens/hub/hub_client.h"

namespace zipflens {

/// What downloads that run at once share.
struct DownloadState {
  std::atomic<std::uint64_t> bytes_done = 0;  // of all files, what was there already included
  std::atomic<bool> cancelled = false;        // another one failed: give up
};

/// Makes the blob of `file` in the cache whose folders HubCache::Prepare made. Under the lock that
/// huggingface_hub takes too, the bytes go to blobs/ETAG.incomplete, which gets its final name once
/// length and digest are right. A part that an earlier run left is gone on with (Range; If-Range
/// within a run); one that turns out to be of another content is fetched anew, once. What a broken
/// connection or a stop leaves can be gone on with; what is wrong is removed. Throws InputError:
/// longer or shorter than the hub promised, another digest, a refusal; ConnectionError;
/// InterruptedError; OutputError: no space, no permission.
void DownloadBlob(HubClient& client, const HubCache& cache, const Repo& repo,
                  const std::string& commit, const RemoteFile& file, DownloadState& state);

}  // namespace zipflens
