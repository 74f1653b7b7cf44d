#include "zipflens/hub/file_list_note.h"

#include <nlohmann/json.hpp>

#include "zipflens/base/json_reader.h"
#include "zipflens/hub/content_hash.h"
namespace zipflens {
namespace {

using Json = nlohmann::json;

}  // namespace

std::string FileListNote(const std::vector<RemoteFile>& files) {
  Json entries = Json::object();
  for (const RemoteFile& file : files) {
    Json entry{{"size", file.size}, {"blob_id", file.blob_id}};
    if (!file.lfs_sha256.empty()) {
      entry["lfs_sha256"] = file.lfs_sha256;
      entry["lfs_size"] = file.size;
    }
    if (!file.xet_hash.empty()) entry["xet_hash"] = file.xet_hash;
    entries[file.path] = std::move(entry);
  }
  return Json{{"format_version", 1}, {"files", std::move(entries)}}.dump(
      1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

std::optional<std::vector<RemoteFile>> ParseFileListNote(const std::string& text) {
  const std::optional<Json> note = TryParseJson<Json>(text);
  try {
    if (!note || !note->is_object() || note->at("format_version") != 1) return std::nullopt;
    std::vector<RemoteFile> files;
    for (const auto& [path, entry] : note->at("files").items()) {
      RemoteFile file{.path = path, .blob_id = entry.at("blob_id").get<std::string>()};
      file.lfs_sha256 = entry.value("lfs_sha256", "");
      const Json& size = entry.at(file.lfs_sha256.empty() ? "size" : "lfs_size");
      if (!size.is_number_unsigned()) return std::nullopt;
      file.size = size.get<std::uint64_t>();
      file.xet_hash = entry.value("xet_hash", "");
      const bool has_digest =
          IsDigest(file.blob_id, 40) && (file.lfs_sha256.empty() || IsDigest(file.lfs_sha256, 64));
      if (!has_digest || !IsSafeFileName(path)) return std::nullopt;
      files.push_back(std::move(file));
    }
    return files;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace zipflens
