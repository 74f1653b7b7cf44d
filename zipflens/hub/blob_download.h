// Downloads one file into the cache. A broken download is resumed, and the file gets its final name
// only after it was verified.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "zipflens/hub/hub_cache.h"
#include "zipflens/hub/hub_client.h"

namespace zipflens {

/// The state shared by concurrent downloads.
struct DownloadState {
  std::atomic<std::uint64_t> bytes_done = 0;  // of all files, including bytes found on disk
  std::atomic<bool> cancelled = false;        // another download failed: stop
};

/// Downloads the blob of `file` into the cache, whose folders HubCache::Prepare has created. It
/// holds the lock that huggingface_hub takes, too. The bytes are written to blobs/ETAG.incomplete,
/// which gets its final name when its length and digest are correct. A partial file of an earlier
/// run is resumed by a Range request (with If-Range within a run). If a resumed file turns out to
/// have the wrong digest, it is downloaded once more from the start. After a broken connection or
/// an interruption the partial file stays, so that it can be resumed; a file of wrong length or
/// digest is removed. Throws InputError if the file is longer or shorter than the hub announced,
/// its digest is wrong or the hub refuses the request; ConnectionError; InterruptedError;
/// OutputError if there is no space or no permission.
void DownloadBlob(HubClient& client, const HubCache& cache, const Repo& repo,
                  const std::string& commit, const RemoteFile& file, DownloadState& state);

}  // namespace zipflens
