#include "zipflens/hub/blob_download.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "zipflens/base/interrupt.h"
#include "zipflens/hub/backoff.h"
#include "zipflens/hub/content_hash.h"
#include "zipflens/hub/file_lock.h"

namespace zipflens {
namespace {

// The file blobs/ETAG.incomplete and the digest of its content.
class PartFile {
 public:
  PartFile(std::filesystem::path path, const RemoteFile& file)
      : path_(std::move(path)),
        file_(file),
        descriptor_(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666)) {
    struct stat status = {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) Fail("opened");
    if (!S_ISREG(status.st_mode) || status.st_nlink != 1) {
      ::close(descriptor_);
      throw InputError({.source = path_.string(),
                        .found = "a file that has other names too, or is none",
                        .expected = "a part of a download; remove it"});
    }
    if (std::cmp_greater(status.st_size, file_.size)) {
      Restart();
    } else {
      TakeWhatIsThere(status.st_size);
    }
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile() { ::close(descriptor_); }

  void Restart() {
    if (::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) != 0) Fail("emptied");
    size_ = 0;
    hash_.emplace(HashKind(), file_.size);
  }

  void Append(std::string_view bytes) {
    hash_->Update(bytes);
    size_ += bytes.size();
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) Fail("written");
      bytes.remove_prefix(written);
    }
  }

  std::uint64_t size() const { return size_; }
  std::string Digest() { return hash_->HexDigest(); }

  void Rename(const std::filesystem::path& final_path) {
    if (::fsync(descriptor_) != 0) Fail("flushed");
    if (::rename(path_.c_str(), final_path.c_str()) != 0) Fail("renamed");
  }
  void Remove() { ::unlink(path_.c_str()); }

 private:
  ContentHash::Kind HashKind() const {
    return file_.lfs_sha256.empty() ? ContentHash::Kind::kGitBlobSha1 : ContentHash::Kind::kSha256;
  }

  void TakeWhatIsThere(std::uint64_t size) {
    hash_.emplace(HashKind(), file_.size);
    std::vector<char> block(std::size_t{1} << 20);
    while (size_ < size) {
      ThrowIfInterrupted();
      const ssize_t count = ::read(descriptor_, block.data(), block.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) Fail("read");
      hash_->Update(std::string_view(block.data(), count));
      size_ += count;
    }
  }

  [[noreturn]] void Fail(const char* what) const {
    throw OutputError(fmt::format("{}: cannot be {}: {}", path_.string(), what, ErrnoText(errno)));
  }

  std::filesystem::path path_;
  const RemoteFile& file_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::optional<ContentHash> hash_;
};

std::optional<std::uint64_t> NumberIn(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The received bytes are useless, unlike those that a refusal leaves.
class WrongLength : public InputError {
 public:
  using InputError::InputError;
};

[[noreturn]] void ThrowWrongLength(const RemoteFile& file, const std::string& found) {
  throw WrongLength(
      {.source = file.path,
       .place = "what the server sends",
       .found = found,
       .expected = fmt::format("{} bytes, as the hub's list of files says", file.size)});
}

// Appends the bodies of the attempts to the part.
class PartSink : public BodySink {
 public:
  PartSink(PartFile& part, const RemoteFile& file, DownloadState& state)
      : part_(part), file_(file), state_(state) {}

  void Begin(const HttpResponse& response) override {
    const std::string length = response.Header("content-length");
    if (response.status == 206) {
      // "bytes 100-199/200": the body must start where the part ends, and the file must have the
      // expected length.
      const std::string range = response.Header("content-range");
      const std::string expected =
          fmt::format("bytes {}-{}/{}", part_.size(), file_.size - 1, file_.size);
      if (range != expected)
        ThrowWrongLength(file_, fmt::format("the range \"{}\"", range.substr(0, 80)));
    } else {
      if (!length.empty() && NumberIn(length) != file_.size) {
        ThrowWrongLength(file_, fmt::format("{} bytes", length.substr(0, 40)));
      }
      state_.bytes_done -= part_.size();
      part_.Restart();
    }
    etag_ = response.Header("etag");
  }

  void Write(std::string_view bytes) override {
    if (state_.cancelled) throw InterruptedError();
    if (bytes.size() > file_.size - part_.size()) ThrowWrongLength(file_, "more bytes");
    part_.Append(bytes);
    state_.bytes_done += bytes.size();
  }

  /// The ETag for If-Range, if it is a strong one; else empty.
  std::string StrongEtag() const { return etag_.starts_with('"') ? etag_ : ""; }

 private:
  PartFile& part_;
  const RemoteFile& file_;
  DownloadState& state_;
  std::string etag_;
};

// Sends requests until the part has the length of the file.
void FetchRest(HubClient& client, const Repo& repo, const std::string& commit,
               const RemoteFile& file, PartFile& part, DownloadState& state) {
  PartSink sink(part, file, state);
  std::uint64_t size_before = part.size();
  const auto attempt = [&] {
    HttpRequest request{.url = ResolveUrl(client.settings().endpoint, repo, commit, file.path)};
    if (part.size() > 0) {
      request.range = fmt::format("{}-", part.size());
      request.if_range = sink.StrongEtag();
    }
    size_before = part.size();
    HttpResponse response = client.http().Get(request, sink);
    if (response.status == 416 && part.size() > 0) {
      state.bytes_done -= part.size();
      part.Restart();
      throw ConnectionError(fmt::format("{}: the range was refused", file.path),
                            /*may_retry=*/true);
    }
    if (response.status / 100 == 2 && part.size() < file.size) {
      throw ConnectionError(
          fmt::format("{}: ended after {} of {} bytes", file.path, part.size(), file.size),
          /*may_retry=*/true);
    }
    return response;
  };
  const auto made_progress = [&] { return part.size() > size_before; };
  const HttpResponse response = WithRetries(client.settings(), attempt, made_progress);
  if (response.status / 100 != 2) client.ThrowFor(repo, response);
}

}  // namespace

void DownloadBlob(HubClient& client, const HubCache& cache, const Repo& repo,
                  const std::string& commit, const RemoteFile& file, DownloadState& state) {
  const FileLock lock(cache.LockPath(repo, file.etag()));
  if (cache.HasBlob(repo, file.etag(), file.size)) {  // downloaded by another process meanwhile
    state.bytes_done += file.size;
    return;
  }
  const std::filesystem::path blob = cache.BlobPath(repo, file.etag());
  PartFile part(blob.string() + ".incomplete", file);
  state.bytes_done += part.size();
  bool is_resumed = part.size() > 0;
  while (true) {
    try {
      if (part.size() < file.size || file.size == 0)
        FetchRest(client, repo, commit, file, part, state);
    } catch (const WrongLength&) {
      part.Remove();
      throw;
    }
    const std::string digest = part.Digest();
    if (digest == file.etag()) break;
    state.bytes_done -= part.size();
    if (!is_resumed) {
      part.Remove();
      throw InputError({.source = file.path,
                        .place = "digest of what the server sent",
                        .found = digest,
                        .expected = file.etag()});
    }
    part.Restart();  // the earlier run's part had other content
    is_resumed = false;
  }
  part.Rename(blob);
}

}  // namespace zipflens
