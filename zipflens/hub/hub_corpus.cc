// Data sets of the hub as corpora: the rows of the split decide which shards are needed.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "zipflens/base/error.h"
#include "zipflens/corpus/corpus_name.h"
#include "zipflens/corpus/path_list.h"
#include "zipflens/corpus/row_range.h"
#include "zipflens/hub/hub_names.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

bool EndsLikeAFile(const std::string& name) {
  constexpr const char* kEndings[] = {".parquet", ".jsonl", ".ndjson", ".json", ".txt",
                                      ".csv",     ".gz",    ".zst",    ".bz2"};
  return std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&](const char* ending) { return name.ends_with(ending); });
}

// Returns whether a file is in the selection more than once. A path without rows stands for its
// whole file, once.
bool IsAnyFileTwice(const DatasetFiles& dataset, const SplitExpression& expression) {
  std::set<std::string> seen;
  for (const std::string& split : expression.SplitNames()) {
    for (const RemoteFile& file : dataset.Split(split).files) {
      if (!seen.insert(file.path).second) return true;
    }
  }
  return expression.SplitNames().size() < expression.terms().size();
}

bool NeedsRows(const DatasetFiles& dataset, const SplitExpression& expression) {
  if (IsAnyFileTwice(dataset, expression)) return true;
  return std::any_of(expression.terms().begin(), expression.terms().end(),
                     [](const SplitTerm& term) { return term.from || term.to; });
}

// The files of the terms of a split, each once, and the paths with the rows to read.
class Selection {
 public:
  Selection(const HubCache& cache, const DatasetFiles& dataset)
      : snapshot_(cache.SnapshotDir(dataset.repo, dataset.commit)) {}

  void Add(const RemoteFile& file, const std::string& rows) {
    paths_.push_back((snapshot_ / file.path).string() + rows);
    if (taken_.insert(file.path).second) files_.push_back(file);
  }

  std::vector<RemoteFile> files() const { return files_; }
  std::vector<std::string> paths() const { return paths_; }

 private:
  fs::path snapshot_;
  std::vector<RemoteFile> files_;
  std::set<std::string> taken_;
  std::vector<std::string> paths_;
};

void SelectRows(const HubSettings& settings, const HubCache& cache, const DatasetFiles& dataset,
                const SplitExpression& expression, Selection& selection,
                ProgressObserver& observer) {
  std::map<std::string, std::vector<std::uint64_t>> rows_of;
  for (const std::string& name : expression.SplitNames()) {
    rows_of[name] = RowsOfFiles(settings, cache, dataset, dataset.Split(name), observer);
  }
  const auto num_rows_of = [&](const std::string& name) {
    const std::vector<std::uint64_t>& rows = rows_of.at(name);
    return std::accumulate(rows.begin(), rows.end(), std::uint64_t{0});
  };
  for (const auto& [name, range] : expression.Resolve(num_rows_of)) {
    for (const auto& [shard_idx, rows] : RangesOfShards(range, rows_of.at(name))) {
      selection.Add(dataset.Split(name).files[shard_idx],
                    fmt::format(":train[{}:{}]", rows.begin, rows.end));
    }
  }
}

}  // namespace

std::optional<CorpusName> HubCorpusOf(const std::string& text) {
  for (const std::string_view prefix : {"hf://datasets/", "datasets/"}) {
    if (text.starts_with(prefix)) return ParseCorpusName(text.substr(prefix.size()));
  }
  const std::size_t colon = text.find(':');
  const std::string place = text.substr(0, colon);
  const bool has_organisation = place.find('/') != std::string::npos;
  if (!IsRepoId(place) || EndsLikeAFile(place) || (!has_organisation && colon == std::string::npos))
    return std::nullopt;
  if (IsLocalCorpus(text)) return std::nullopt;
  std::error_code error;
  const fs::path parent = fs::path(place).parent_path();
  if (!parent.empty() && fs::exists(parent, error)) return std::nullopt;
  return ParseCorpusName(text);
}

HubCorpus PlanHubCorpus(const CorpusName& name, Freshness freshness, const HubOptions& options,
                        ProgressObserver& observer) {
  const HubSettings settings = HubSettingsFor(options);
  const HubCache cache(settings.cache_dir);
  const Repo repo{
      .kind = RepoKind::kDataset, .id = name.place, .revision = options.corpus_revision};
  try {
    HubClient client(settings);
    const DatasetFiles dataset = ListDataset(client, cache, repo, name.config, freshness, observer);
    Selection selection(cache, dataset);
    const SplitExpression expression = dataset.Select(name.split);
    if (NeedsRows(dataset, expression)) {
      SelectRows(settings, cache, dataset, expression, selection, observer);
    } else {
      for (const std::string& split : expression.SplitNames()) {
        for (const RemoteFile& file : dataset.Split(split).files) selection.Add(file, "");
      }
    }
    return {PlanFiles(cache, dataset, selection.files()), selection.paths()};
  } catch (const ConnectionError& error) {
    throw InputError(
        {.source = repo.id,
         .place = "not a file here nor all in the cache, and the hub cannot be reached",
         .found = error.what()});
  }
}

std::vector<std::string> LocalCorpusPaths(const std::vector<std::string>& corpus,
                                          const HubOptions& options, ProgressObserver& observer) {
  for (const std::string& text : corpus) {
    const std::optional<CorpusName> name = HubCorpusOf(text);
    if (!name) continue;
    if (corpus.size() > 1) {
      throw UsageError(fmt::format(
          "`corpus`: found {} among others; expected a data set of the hub alone", text));
    }
    const HubCorpus found = PlanHubCorpus(*name, Freshness::kCacheFirst, options, observer);
    if (found.plan.bytes_to_fetch() > 0) {
      observer.OnMessage(
          fmt::format("{}: fetching {}", name->place, SizeText(found.plan.bytes_to_fetch())));
    }
    FetchPlanned(found.plan, options, observer);
    return found.paths;
  }
  return corpus;
}

}  // namespace zipflens
