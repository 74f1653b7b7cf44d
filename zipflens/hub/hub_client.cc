#include "zipflens/hub/hub_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "zipflens/base/json_reader.h"
#include "zipflens/base/near_names.h"
#include "zipflens/hub/backoff.h"
#include "zipflens/hub/content_hash.h"
#include "zipflens/hub/hub_error.h"

namespace zipflens {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestText = std::size_t{64} << 20;
constexpr std::size_t kMostFiles = 1'000'000;
constexpr std::size_t kMostPages =
    2'000;  // of a list of files; those of the hub have 1,000 entries
constexpr std::size_t kLongestAddress = 8'192;  // of the next page

// Receives a body into memory and limits its length.
class TextSink : public BodySink {
 public:
  TextSink(std::string& text, std::uint64_t longest, bool must_be_partial)
      : text_(text), longest_(longest), must_be_partial_(must_be_partial) {}
  void Begin(const HttpResponse& response) override {
    text_.clear();
    if (must_be_partial_ && response.status != 206) {
      throw InputError(
          {.source = "the hub", .found = "an answer without ranges", .expected = "status 206"});
    }
  }
  void Write(std::string_view bytes) override {
    if (bytes.size() > longest_ - text_.size()) {
      throw InputError({.source = "the hub",
                        .found = "an answer that does not end",
                        .expected = fmt::format("at most {} bytes", longest_)});
    }
    text_ += bytes;
  }

 private:
  std::string& text_;
  std::uint64_t longest_;
  bool must_be_partial_;
};

[[noreturn]] void ThrowNotTheHub(const std::string& url, const std::string& found) {
  throw InputError({.source = url,
                    .found = found,
                    .expected = "the hub's answer (is HF_ENDPOINT a hub? is there a proxy?)"});
}

std::string StringOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

RemoteFile FileOf(const std::string& url, const Json& entry) {
  RemoteFile file{.path = StringOf(entry, "path"), .blob_id = StringOf(entry, "oid")};
  if (!IsSafeFileName(file.path)) {
    ThrowNotTheHub(url,
                   fmt::format("the file name \"{}\", which leads out of its folder", file.path));
  }
  const auto lfs = entry.find("lfs");
  const bool is_large = lfs != entry.end() && lfs->is_object();
  if (is_large) file.lfs_sha256 = StringOf(*lfs, "oid");
  file.xet_hash = StringOf(entry, "xetHash");
  const Json& sized = is_large ? *lfs : entry;
  const auto size = sized.find("size");
  const bool has_size = size != sized.end() && size->is_number_unsigned();
  if (!has_size || !IsDigest(file.blob_id, 40) || (is_large && !IsDigest(file.lfs_sha256, 64))) {
    ThrowNotTheHub(url, fmt::format("no size or digest of {}", file.path));
  }
  file.size = size->get<std::uint64_t>();
  return file;
}

// Returns the URL in a header such as: <https://...>; rel="next"
std::string NextPage(const HttpResponse& response) {
  const std::string link = response.Header("link");
  const std::size_t rel = link.find("rel=\"next\"");
  if (rel == std::string::npos) return "";
  const std::size_t begin = link.rfind('<', rel);
  const std::size_t end = link.rfind('>', rel);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return "";
  return link.substr(begin + 1, end - begin - 1);
}

Json ParsedOrThrow(const std::string& url, const std::string& text) {
  std::optional<Json> json = TryParseJson<Json>(text);
  if (!json) ThrowNotTheHub(url, "text that is not JSON");
  return *std::move(json);
}

}  // namespace

HubClient::HubClient(const HubSettings& settings) : settings_(settings), http_(settings) {}

void RequireOnline(const HubSettings& settings, const Repo& repo) {
  if (!settings.offline) return;
  throw InputError(
      {.source = repo.id,
       .place = repo.revision,
       .found = fmt::format("not (all of) it in the cache {}", settings.cache_dir.string()),
       .expected = "it there, since `offline` or HF_HUB_OFFLINE forbids to fetch it"});
}

HttpResponse HubClient::ReadText(const Repo& repo, const std::string& url, std::string& text) {
  RequireOnline(settings_, repo);
  return WithRetries(settings_, [&] {
    TextSink sink(text, kLongestText, /*must_be_partial=*/false);
    return http_.Get({.url = url}, sink);
  });
}

std::string HubClient::ResolveCommit(const Repo& repo) {
  CheckRepo(repo);
  const std::string url = fmt::format("{}/api/{}/revision/{}", settings_.endpoint, ApiName(repo),
                                      UrlQuoted(repo.revision, false));
  std::string text;
  const HttpResponse response = ReadText(repo, url, text);
  if (response.status != 200) ThrowFor(repo, response);
  const Json json = ParsedOrThrow(url, text);
  std::string commit = json.is_object() ? StringOf(json, "sha") : "";
  if (!IsCommitHash(commit)) ThrowNotTheHub(url, "no commit (\"sha\")");
  return commit;
}

std::vector<RemoteFile> HubClient::ListFiles(const Repo& repo, const std::string& commit,
                                             const std::string& folder, bool recursive) {
  std::string url = fmt::format("{}/api/{}/tree/{}{}{}?recursive={}&expand=false",
                                settings_.endpoint, ApiName(repo), commit,
                                folder.empty() ? "" : "/", UrlQuoted(folder, true), recursive);
  std::vector<RemoteFile> files;
  std::set<std::string> pages;
  while (!url.empty()) {
    std::string text;
    const HttpResponse response = ReadText(repo, url, text);
    if (response.status == 404 && RefusalOf(response) == HubRefusal::kNoFile && !folder.empty())
      return {};
    if (response.status != 200) ThrowFor(repo, response);
    const Json page = ParsedOrThrow(url, text);
    if (!page.is_array()) ThrowNotTheHub(url, "no list of files");
    for (const Json& entry : page) {
      if (!entry.is_object()) ThrowNotTheHub(url, "no list of files");
      if (StringOf(entry, "type") == "file") files.push_back(FileOf(url, entry));
    }
    const std::string page_url = std::exchange(url, NextPage(response));
    pages.insert(page_url);
    if (files.size() > kMostFiles || pages.size() > kMostPages || pages.contains(url)) {
      ThrowNotTheHub(page_url, "an endless list of files");
    }
    if (url.size() > kLongestAddress) ThrowNotTheHub(page_url, "an endless address");
    // The server chooses the URL of the next page. Neither the token nor a request may go to
    // another origin.
    if (!url.empty() && OriginOf(url) != OriginOf(settings_.endpoint)) {
      ThrowNotTheHub(page_url, "a next page on another host");
    }
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

std::string HubClient::ReadRange(const Repo& repo, const std::string& commit,
                                 const RemoteFile& file, std::uint64_t begin, std::uint64_t size) {
  RequireOnline(settings_, repo);
  const HttpRequest request{.url = ResolveUrl(settings_.endpoint, repo, commit, file.path),
                            .range = fmt::format("{}-{}", begin, begin + size - 1)};
  std::string text;
  const HttpResponse response = WithRetries(settings_, [&] {
    TextSink sink(text, size, /*must_be_partial=*/true);
    return http_.Get(request, sink);
  });
  if (response.status != 206) ThrowFor(repo, response);
  const std::string expected = fmt::format("bytes {}-{}/{}", begin, begin + size - 1, file.size);
  const std::string found = response.Header("content-range");
  if (text.size() != size || found != expected) {
    throw InputError(
        {.source = file.path,
         .place = "range of bytes",
         .found = fmt::format("{} bytes, \"{}\"", text.size(), HarmlessText(settings_, found)),
         .expected = fmt::format("\"{}\"", expected)});
  }
  return text;
}

void HubClient::ThrowFor(const Repo& repo, const HttpResponse& response) {
  std::vector<std::string> near;
  try {
    if (RefusalOf(response) == HubRefusal::kNotFound) near = SearchNames(repo);
    if (RefusalOf(response) == HubRefusal::kNoRevision) near = RevisionNames(repo);
  } catch (const InterruptedError&) {
    throw;
  } catch (const Error&) {
    near.clear();  // suggestions are optional; the refusal matters
  }
  ThrowRefusal(settings_, repo, response, near);
}

std::vector<std::string> HubClient::SearchNames(const Repo& repo) {
  constexpr std::size_t kMostShown = 5;
  const char* kind = repo.kind == RepoKind::kModel ? "models" : "datasets";
  // The hub searches for a part of the name, so a misspelt end is removed piece by piece.
  for (std::string part = repo.id.substr(repo.id.find('/') + 1); !part.empty();) {
    const std::string url = fmt::format("{}/api/{}?search={}&limit=50", settings_.endpoint, kind,
                                        UrlQuoted(part, false));
    std::string text;
    if (ReadText(repo, url, text).status != 200) return {};
    const Json list = ParsedOrThrow(url, text);
    if (!list.is_array()) return {};
    std::vector<std::string> names;
    for (const Json& entry : list) {
      const std::string id = entry.is_object() ? StringOf(entry, "id") : "";
      if (IsRepoId(id)) names.push_back(id);
    }
    if (!names.empty()) return NearestNames(repo.id, std::move(names), kMostShown);
    const std::size_t cut = part.find_last_of("-_.");
    if (cut == std::string::npos) return {};
    part.erase(cut);
  }
  return {};
}

std::vector<std::string> HubClient::RevisionNames(const Repo& repo) {
  const std::string url = fmt::format("{}/api/{}/refs", settings_.endpoint, ApiName(repo));
  std::string text;
  if (ReadText(repo, url, text).status != 200) return {};
  const Json refs = ParsedOrThrow(url, text);
  std::vector<std::string> names;
  if (!refs.is_object()) return {};
  for (const char* kind : {"branches", "tags"}) {
    const auto list = refs.find(kind);
    if (list == refs.end() || !list->is_array()) continue;
    for (const Json& ref : *list) {
      const std::string name = ref.is_object() ? StringOf(ref, "name") : "";
      if (IsSafeFileName(name)) names.push_back(name);
    }
  }
  return NearestNames(repo.revision, std::move(names), 5);
}

}  // namespace zipflens
