#include "zipflens/hub/hub_names.h"

#include <fmt/format.h>

namespace zipflens {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScheme = "hf://";

bool IsLocalPath(const std::string& name) {
  std::error_code error;
  const fs::path path = name;
  if (fs::exists(path, error)) return true;
  return path.has_parent_path() && fs::exists(path.parent_path(), error);
}

}  // namespace

std::optional<Repo> HubModelOf(const std::string& name, const std::string& revision) {
  if (name.starts_with(kScheme)) {
    Repo repo{.kind = RepoKind::kModel, .id = name.substr(kScheme.size()), .revision = revision};
    CheckRepo(repo);
    return repo;
  }
  if (IsLocalPath(name) || !IsRepoId(name)) return std::nullopt;
  return Repo{.kind = RepoKind::kModel, .id = name, .revision = revision};
}

HubSettings HubSettingsFor(const HubOptions& options) {
  HubSettings settings = HubSettingsFromEnvironment();
  settings.offline = settings.offline || options.offline;
  return settings;
}

FetchPlan PlanHubModel(const Repo& repo, ModelPart part, Freshness freshness,
                       const HubOptions& options) {
  const HubSettings settings = HubSettingsFor(options);
  HubClient client(settings);
  try {
    return PlanModel(client, HubCache(settings.cache_dir), repo, part, freshness);
  } catch (const ConnectionError& error) {
    throw InputError(
        {.source = repo.id,
         .place = "neither a folder here nor all in the cache, and the hub cannot be reached",
         .found = error.what()});
  }
}

void FetchPlanned(const FetchPlan& plan, const HubOptions& options, ProgressObserver& observer) {
  const HubSettings settings = HubSettingsFor(options);
  Fetch(settings, HubCache(settings.cache_dir), plan, observer);
}

fs::path HubCacheDir() { return HubSettingsFromEnvironment().cache_dir; }

std::vector<CachedRepo> CachedRepos() { return ListCache(HubCacheDir()); }

fs::path LocalModelFolder(const fs::path& model, ModelPart part, const HubOptions& options,
                          ProgressObserver& observer) {
  const std::optional<Repo> repo = HubModelOf(model.string(), options.revision);
  if (!repo) return model;
  const FetchPlan plan = PlanHubModel(*repo, part, Freshness::kCacheFirst, options);
  if (plan.bytes_to_fetch() > 0) {
    observer.OnMessage(fmt::format("{}: fetching {}", repo->id, SizeText(plan.bytes_to_fetch())));
  }
  FetchPlanned(plan, options, observer);
  return plan.snapshot;
}

std::optional<FetchPlan> PlanHubName(const std::string& name, Freshness freshness,
                                     const HubOptions& options, ProgressObserver& observer) {
  const bool is_dataset =
      name.find(':', name.starts_with(kScheme) ? kScheme.size() : 0) != std::string::npos ||
      name.starts_with("datasets/") || name.starts_with("hf://datasets/");
  if (is_dataset) {
    const std::optional<CorpusName> corpus = HubCorpusOf(name);
    if (!corpus) return std::nullopt;
    // With a single name, one `revision` is enough, whatever its kind.
    HubOptions own = options;
    if (own.corpus_revision == "main") own.corpus_revision = options.revision;
    return PlanHubCorpus(*corpus, freshness, own, observer).plan;
  }
  const std::optional<Repo> model = HubModelOf(name, options.revision);
  if (!model) return std::nullopt;
  return PlanHubModel(*model, ModelPart::kAll, freshness, options);
}

}  // namespace zipflens
