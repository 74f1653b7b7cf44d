#include "zipflens/hub/dataset_note.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "zipflens/base/json_reader.h"
#include "zipflens/corpus/row_limit.h"
#include "zipflens/hub/file_list_note.h"
#include "zipflens/hub/file_lock.h"

namespace zipflens {
namespace {

using Json = nlohmann::json;

constexpr const char* kFolder = "zipflens";

}  // namespace

DatasetNote DatasetNote::Load(const HubCache& cache, const Repo& repo, const std::string& commit) {
  DatasetNote note;
  const std::optional<Json> json = TryParseJson<Json>(cache.ReadNote(repo, kFolder, commit));
  try {
    if (!json || !json->is_object() || json->at("format_version") != 1) return {};
    for (const auto& [folder, list] : json->at("folders").items()) {
      auto files = ParseFileListNote(JsonText(list));
      if (files) note.files_of_folder[folder] = std::move(*files);
    }
    for (const auto& [file, rows] : json->at("rows").items()) {
      if (!rows.is_number_unsigned()) return {};
      note.rows_of_file[file] = rows.get<std::uint64_t>();
      if (note.rows_of_file[file] > kMostRowsOfFile) return {};
    }
  } catch (const Json::exception&) {
    return {};
  }
  return note;
}

void DatasetNote::Store(const HubCache& cache, const Repo& repo, const std::string& commit) const {
  cache.Prepare(repo, commit);
  const FileLock lock(cache.LockPath(repo, commit));
  DatasetNote merged = Load(cache, repo, commit);
  for (const auto& [folder, files] : files_of_folder) merged.files_of_folder[folder] = files;
  for (const auto& [file, rows] : rows_of_file) merged.rows_of_file[file] = rows;
  Json folders = Json::object();
  for (const auto& [folder, files] : merged.files_of_folder)
    folders[folder] = Json::parse(FileListNote(files));
  const Json json{
      {"format_version", 1}, {"folders", std::move(folders)}, {"rows", merged.rows_of_file}};
  cache.WriteNote(repo, kFolder, commit,
                  json.dump(1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace));
}

}  // namespace zipflens
