#include "zipflens/hub/dataset_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>

#include "zipflens/base/error.h"
#include "zipflens/base/near_names.h"
#include "zipflens/base/parallel.h"
#include "zipflens/hub/dataset_card.h"
#include "zipflens/hub/dataset_note.h"
#include "zipflens/hub/file_list_note.h"
#include "zipflens/hub/file_pattern.h"
#include "zipflens/hub/name_pattern.h"
#include "zipflens/hub/parquet_rows.h"

namespace zipflens {
namespace {

constexpr const char* kCard = "README.md";

// Lists of files, of the hub, of what is remembered, or of what the cache has.
class Lister {
 public:
  Lister(HubClient& client, const HubCache& cache, Repo repo, std::string commit)
      : client_(client),
        cache_(cache),
        repo_(std::move(repo)),
        commit_(std::move(commit)),
        note_(DatasetNote::Load(cache, repo_, commit_)),
        tree_(ParseFileListNote(cache.ReadNote(repo_, "trees", commit_))) {}

  /// All files below `folder`; for "" those of the root alone, unless `recursive`.
  std::vector<RemoteFile> Files(const std::string& folder, bool recursive) {
    if (tree_) return Below(*tree_, folder, recursive);
    const std::string key = folder.empty() && recursive ? "/" : folder;
    const auto found = note_.files_of_folder.find(key);
    if (found != note_.files_of_folder.end()) return found->second;
    if (client_.settings().offline) return CachedFiles(folder, recursive);
    std::vector<RemoteFile> files = client_.ListFiles(repo_, commit_, folder, recursive);
    DatasetNote news;
    news.files_of_folder[key] = files;
    news.Store(cache_, repo_, commit_);
    return files;
  }

 private:
  static std::vector<RemoteFile> Below(const std::vector<RemoteFile>& files,
                                       const std::string& folder, bool recursive) {
    const std::string prefix = folder.empty() ? "" : folder + "/";
    std::vector<RemoteFile> below;
    for (const RemoteFile& file : files) {
      if (!file.path.starts_with(prefix)) continue;
      if (recursive || file.path.find('/', prefix.size()) == std::string::npos)
        below.push_back(file);
    }
    return below;
  }

  // Without any list: the files of the snapshot. Their names tell whether shards are missing.
  std::vector<RemoteFile> CachedFiles(const std::string& folder, bool recursive) {
    std::vector<RemoteFile> files;
    for (const std::string& name : cache_.SnapshotFiles(repo_, commit_)) {
      const auto path = cache_.FindFile(repo_, commit_, name);
      if (!path) continue;
      files.push_back({.path = name,
                       .size = std::filesystem::file_size(*path),
                       .blob_id = std::filesystem::canonical(*path).filename().string()});
    }
    files = Below(files, folder, recursive);
    RequireAllShards(files);
    return files;
  }

  void RequireAllShards(const std::vector<RemoteFile>& files) const {
    static const NamePattern shard("^(.*)-[0-9]{5}-of-([0-9]{5}).*$");
    std::map<std::string, std::size_t> found;
    for (const RemoteFile& file : files) {
      const auto match = shard.Find(file.path);
      if (match.has_value()) ++found[match->at(1) + "-of-" + match->at(2)];
    }
    for (const auto& [name, count] : found) {
      const std::size_t expected = std::stoul(name.substr(name.size() - 5));
      if (count == expected) continue;
      throw InputError({.source = repo_.id,
                        .place = "offline",
                        .found = fmt::format("{} of {} shards {} in the cache, and no list of them",
                                             count, expected, name),
                        .expected = "all, or one run without --offline"});
    }
  }

  HubClient& client_;
  const HubCache& cache_;
  Repo repo_;
  std::string commit_;
  DatasetNote note_;
  std::optional<std::vector<RemoteFile>> tree_;
};

class SilentObserver : public ProgressObserver {
 public:
  void OnProgress(const ProgressUpdate&) override {}
  void OnMessage(const std::string&) override {}
};

std::string ReadCard(HubClient& client, const HubCache& cache, const DatasetFiles& dataset,
                     Lister& lister) {
  auto path = cache.FindFile(dataset.repo, dataset.commit, kCard);
  if (!path) {
    for (RemoteFile& file : lister.Files("", /*recursive=*/false)) {
      if (file.path != kCard) continue;
      SilentObserver silent;
      Fetch(client.settings(), cache, PlanFiles(cache, dataset, {file}), silent);
    }
    path = cache.FindFile(dataset.repo, dataset.commit, kCard);
  }
  if (!path) return "";
  std::ifstream card(*path, std::ios::binary);
  return {std::istreambuf_iterator<char>(card), {}};
}

const DatasetConfig& ChooseConfig(const std::string& source,
                                  const std::vector<DatasetConfig>& configs,
                                  const std::string& name) {
  std::vector<std::string> names;
  for (const DatasetConfig& config : configs) {
    if (config.name == name || (name.empty() && configs.size() == 1)) return config;
    names.push_back(config.name);
  }
  if (name.empty()) {
    const auto found =
        std::find_if(configs.begin(), configs.end(), [](const auto& c) { return c.is_default; });
    if (found != configs.end()) return *found;
    constexpr std::size_t kMostShown = 20;
    const std::size_t num_names = names.size();
    names.resize(std::min(kMostShown, num_names));
    throw InputError(
        {.source = source,
         .found = "no configuration named",
         .expected = fmt::format("NAME:CONFIG:SPLIT with one of {}: {}{}", num_names,
                                 fmt::join(names, ", "), num_names > kMostShown ? ", ..." : "")});
  }
  throw InputError({.source = source,
                    .found = fmt::format("the configuration \"{}\"", name),
                    .expected = fmt::format("one of {}{}", names.size(),
                                            NearText(NearestNames(name, names, 5)))});
}

void AddSplit(DatasetFiles& dataset, const std::string& name, std::vector<RemoteFile> files) {
  for (const RemoteFile& file : files) {
    if (file.path.ends_with(".parquet")) continue;
    throw InputError(
        {.source = dataset.repo.id,
         .place = file.path,
         .found = "a file that is not Parquet",
         .expected = "a data set of Parquet files (try --corpus-revision refs/convert/parquet)"});
  }
  if (!files.empty()) dataset.splits.push_back({name, std::move(files)});
}

void AddSplitsOfPatterns(Lister& lister, const DatasetConfig& config, DatasetFiles& dataset) {
  for (const auto& [split, patterns] : config.patterns_of_split) {
    std::vector<RemoteFile> files;
    std::set<std::string> taken;
    for (const std::string& pattern : patterns) {
      for (const RemoteFile& file : lister.Files(FolderOfPattern(pattern), /*recursive=*/true)) {
        if (MatchesFilePattern(pattern, file.path) && taken.insert(file.path).second)
          files.push_back(file);
      }
    }
    AddSplit(dataset, split, std::move(files));
  }
}

void AddSplitsOfFolder(Lister& lister, const std::string& folder, DatasetFiles& dataset) {
  std::map<std::string, RemoteFile> parquet;
  std::vector<std::string> paths;
  const std::size_t skipped = folder.empty() ? 0 : folder.size() + 1;
  for (const RemoteFile& file : lister.Files(folder, /*recursive=*/true)) {
    if (!MatchesFilePattern("**.parquet", file.path)) continue;
    paths.push_back(file.path.substr(skipped));
    parquet.emplace(paths.back(), file);
  }
  for (const auto& [split, names] : SplitsByFileNames(paths)) {
    std::vector<RemoteFile> files;
    for (const std::string& name : names) files.push_back(parquet.at(name));
    AddSplit(dataset, split, std::move(files));
  }
}

std::string ReadLocal(const std::filesystem::path& path, std::uint64_t begin, std::uint64_t size) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(begin));
  std::string text(size, '\0');
  file.read(text.data(), static_cast<std::streamsize>(size));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace

const DatasetSplit& DatasetFiles::Split(const std::string& name) const {
  std::vector<std::string> names;
  for (const DatasetSplit& split : splits) {
    if (split.name == name) return split;
    names.push_back(split.name);
  }
  throw InputError({.source = config.empty() ? repo.id : fmt::format("{}:{}", repo.id, config),
                    .found = fmt::format("the split \"{}\"", name),
                    .expected = fmt::format("one of: {}", fmt::join(names, ", "))});
}

DatasetFiles ListDataset(HubClient& client, const HubCache& cache, const Repo& repo,
                         const std::string& config, Freshness freshness,
                         ProgressObserver& observer) {
  CheckRepo(repo);
  const bool asks = freshness == Freshness::kAskHub && !client.settings().offline;
  std::optional<std::string> commit = asks ? std::nullopt : cache.CommitOf(repo);
  if (!commit) {
    RequireOnline(client.settings(), repo);
    observer.OnMessage(fmt::format("{}: asking {}", repo.id, client.settings().endpoint));
    commit = client.ResolveCommit(repo);
  }
  DatasetFiles dataset{.repo = repo, .commit = *commit, .config = config, .splits = {}};
  Lister lister(client, cache, repo, *commit);
  const std::string source = fmt::format("{}/{}", repo.id, kCard);
  const std::vector<DatasetConfig> configs =
      ParseDatasetCard(ReadCard(client, cache, dataset, lister), source);
  if (configs.empty()) {
    if (!config.empty() && !IsSafeFileName(config)) ChooseConfig(repo.id, configs, config);
    AddSplitsOfFolder(lister, config, dataset);
  } else {
    const DatasetConfig& chosen = ChooseConfig(repo.id, configs, config);
    dataset.config = chosen.name;
    if (chosen.patterns_of_split.empty()) {
      AddSplitsOfFolder(lister, chosen.data_dir, dataset);
    } else {
      AddSplitsOfPatterns(lister, chosen, dataset);
    }
  }
  if (!dataset.splits.empty()) return dataset;
  throw InputError(
      {.source = repo.id,
       .place = config.empty() ? "" : fmt::format("configuration {}", config),
       .found = "no Parquet file",
       .expected = "a data set of Parquet files (try --corpus-revision refs/convert/parquet)"});
}

std::vector<std::uint64_t> RowsOfFiles(const HubSettings& settings, const HubCache& cache,
                                       const DatasetFiles& dataset, const DatasetSplit& split,
                                       ProgressObserver& observer) {
  constexpr std::size_t kFootersAtOnce = 8;
  const DatasetNote note = DatasetNote::Load(cache, dataset.repo, dataset.commit);
  const std::size_t num_workers = std::min(kFootersAtOnce, split.files.size());
  std::vector<std::unique_ptr<HubClient>> clients(num_workers);
  const auto rows_of = [&](std::size_t file_idx, std::size_t worker_idx) -> std::uint64_t {
    const RemoteFile& file = split.files[file_idx];
    const auto known = note.rows_of_file.find(file.path);
    if (known != note.rows_of_file.end()) return known->second;
    if (const auto path = cache.FindFile(dataset.repo, dataset.commit, file.path)) {
      return ParquetRows(path->string(), file.size,
                         [&](auto begin, auto size) { return ReadLocal(*path, begin, size); });
    }
    RequireOnline(settings, dataset.repo);
    std::unique_ptr<HubClient>& client = clients[worker_idx];
    if (!client) client = std::make_unique<HubClient>(settings);
    return ParquetRows(file.path, file.size, [&](auto begin, auto size) {
      return client->ReadRange(dataset.repo, dataset.commit, file, begin, size);
    });
  };
  std::vector<std::uint64_t> rows;
  DatasetNote news;
  ProduceInParallelConsumeInOrder<std::uint64_t>(
      split.files.size(), num_workers, rows_of,
      [&](std::size_t file_idx, std::uint64_t&& num_rows) {
        rows.push_back(num_rows);
        const std::string& path = split.files[file_idx].path;
        if (!note.rows_of_file.contains(path)) news.rows_of_file[path] = num_rows;
        observer.OnProgress({"footers", rows.size(), split.files.size(), "files", ""});
      });
  if (!news.rows_of_file.empty()) news.Store(cache, dataset.repo, dataset.commit);
  return rows;
}

FetchPlan PlanFiles(const HubCache& cache, const DatasetFiles& dataset,
                    std::vector<RemoteFile> files) {
  FetchPlan plan{.repo = dataset.repo, .commit = dataset.commit};
  plan.snapshot = cache.SnapshotDir(dataset.repo, dataset.commit);
  for (RemoteFile& file : files) plan.files.push_back({.file = std::move(file)});
  LookIntoCache(cache, plan);
  return plan;
}

}  // namespace zipflens
