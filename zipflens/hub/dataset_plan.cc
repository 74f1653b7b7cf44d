#include "zipflens/hub/dataset_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/base/parallel.h"
#include "zipflens/hub/dataset_note.h"
#include "zipflens/hub/file_list_note.h"
#include "zipflens/hub/name_pattern.h"
#include "zipflens/hub/parquet_rows.h"

namespace zipflens {
namespace {

// The files of a repository, as listed by the hub, by the stored notes or by the cache.
class RepoTree final : public FileTree {
 public:
  RepoTree(HubClient& client, const HubCache& cache, Repo repo, std::string commit)
      : client_(client),
        cache_(cache),
        repo_(std::move(repo)),
        commit_(std::move(commit)),
        note_(DatasetNote::Load(cache, repo_, commit_)),
        tree_(ParseFileListNote(cache.ReadNote(repo_, "trees", commit_))) {}

  const std::vector<std::string>& FilesBelow(const std::string& folder) override {
    const auto known = names_below_.find(folder);
    if (known != names_below_.end()) return known->second;
    std::vector<std::string> names;
    for (RemoteFile& file : Files(folder, /*recursive=*/true)) {
      names.push_back(file.path);
      file_of_.insert_or_assign(file.path, std::move(file));
    }
    std::sort(names.begin(), names.end());
    return names_below_.emplace(folder, std::move(names)).first->second;
  }

  std::optional<std::string> Read(const std::string& name) override {
    auto path = cache_.FindFile(repo_, commit_, name);
    if (!path) {
      for (RemoteFile& file : Files("", /*recursive=*/false)) {
        if (file.path != name) continue;
        SilentObserver silent;
        const DatasetFiles dataset{.repo = repo_, .commit = commit_, .config = {}, .splits = {}};
        Fetch(client_.settings(), cache_, PlanFiles(cache_, dataset, {file}), silent);
      }
      path = cache_.FindFile(repo_, commit_, name);
    }
    if (!path) return std::nullopt;
    return ReadTextFile(*path);
  }

  /// Returns a file of a list that was requested before.
  const RemoteFile& File(const std::string& path) const { return file_of_.at(path); }

 private:
  // Returns all files below `folder`. For "", it returns only the files in the root, unless
  // `recursive`.
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
    note_.files_of_folder[key] = files;
    return files;
  }

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

  // Returns the files of the snapshot, if no list is available. Their names show whether shards are
  // missing.
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
                        .expected = "all, or one run without `offline`"});
    }
  }

  HubClient& client_;
  const HubCache& cache_;
  Repo repo_;
  std::string commit_;
  DatasetNote note_;
  std::optional<std::vector<RemoteFile>> tree_;
  std::map<std::string, std::vector<std::string>> names_below_;
  std::map<std::string, RemoteFile> file_of_;
};

void RequireParquet(const DatasetLayout& layout) {
  for (const SplitPaths& split : layout.splits) {
    for (const std::string& file : split.files) {
      if (layout.format == "parquet" && file.ends_with(".parquet")) continue;
      throw InputError(
          {.source = layout.source,
           .place = file,
           .found = "a file that is not Parquet",
           .expected = "a data set of Parquet files (try --corpus-revision refs/convert/parquet)"});
    }
  }
}

std::string ReadLocal(const std::filesystem::path& path, std::uint64_t begin, std::uint64_t size) {
  const MappedFile file(path);
  const std::string_view text = file.text();
  return std::string(text.substr(std::min<std::uint64_t>(begin, text.size()), size));
}

}  // namespace

SplitExpression DatasetFiles::Select(const std::optional<SplitExpression>& expression) const {
  if (expression) return SelectSplits(layout, *expression);
  if (splits.size() == 1) return SelectSplits(layout, SplitExpression::Parse(splits[0].name));
  std::vector<std::string> names;
  for (const DatasetSplit& split : splits) names.push_back(split.name);
  throw InputError({.source = layout.source,
                    .found = "no split named",
                    .expected = fmt::format("one of: {}; or all", fmt::join(names, ", "))});
}

const DatasetSplit& DatasetFiles::Split(const std::string& name) const {
  const auto found = std::find_if(splits.begin(), splits.end(),
                                  [&](const DatasetSplit& split) { return split.name == name; });
  ZIPFLENS_CHECK(found != splits.end());
  return *found;
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
  RepoTree tree(client, cache, repo, *commit);
  dataset.layout = ResolveDataset(tree, repo.id, config);
  RequireParquet(dataset.layout);
  if (!dataset.layout.config.empty()) dataset.config = dataset.layout.config;
  for (const SplitPaths& split : dataset.layout.splits) {
    dataset.splits.push_back({split.name, {}});
    for (const std::string& file : split.files) {
      dataset.splits.back().files.push_back(tree.File(file));
    }
  }
  return dataset;
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
