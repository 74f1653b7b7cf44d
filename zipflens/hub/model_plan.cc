#include "zipflens/hub/model_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/base/model_files.h"
#include "zipflens/base/progress.h"
#include "zipflens/hub/file_list_note.h"

namespace zipflens {
namespace {

// The names of the files that a model needs, among those for which `has` is true.
struct Selection {
  std::vector<std::string> names = {};
  bool has_config = false;
  bool has_tokenizer = false;
  bool has_weights = false;

  bool HasAll(ModelPart part) const {
    return has_config && has_tokenizer && (part == ModelPart::kTokenizer || has_weights);
  }
};

Selection Select(const HasModelFile& has, ModelPart part,
                 const std::function<std::string()>& index_text, const Repo& repo) {
  Selection selection;
  selection.names = TokenizerFileNames(has);
  selection.has_tokenizer = !selection.names.empty();
  selection.has_config = has(kModelConfigFile);
  if (selection.has_config) selection.names.emplace_back(kModelConfigFile);
  if (part == ModelPart::kAll) {
    const std::vector<std::string> weights =
        WeightFileNames(has, index_text, fmt::format("{}/{}", repo.id, kWeightsIndexFile));
    selection.has_weights = !weights.empty() && std::ranges::all_of(weights, has);
    selection.names.insert(selection.names.end(), weights.begin(), weights.end());
  }
  std::ranges::sort(selection.names);
  return selection;
}

using RemoteFiles = std::map<std::string, RemoteFile>;

// Returns the file list of a commit that huggingface_hub or zipflens stored, or nullopt if neither
// did.
std::optional<RemoteFiles> RememberedFiles(const HubCache& cache, const Repo& repo,
                                           const std::string& commit) {
  auto list = ParseFileListNote(cache.ReadNote(repo, "trees", commit));
  if (!list) return std::nullopt;
  RemoteFiles files;
  for (RemoteFile& file : *list) files.emplace(file.path, file);
  return files;
}

// Returns a plan from the cache alone. Returns nullopt if a needed file is not cached, or if the
// model may have another file that would change the ids.
std::optional<FetchPlan> PlanFromCache(const HubCache& cache, const Repo& repo, ModelPart part,
                                       bool offline) {
  const std::optional<std::string> commit = cache.CommitOf(repo);
  if (!commit) return std::nullopt;
  FetchPlan plan{.repo = repo, .commit = *commit, .snapshot = cache.SnapshotDir(repo, *commit)};
  const HasModelFile has = [&](const std::string& name) {
    return cache.FindFile(repo, *commit, name).has_value();
  };
  const Selection selection = Select(
      has, part, [&] { return ReadTextFile(plan.snapshot / kWeightsIndexFile); }, repo);
  if (!selection.HasAll(part)) return std::nullopt;
  const std::optional<RemoteFiles> remembered = RememberedFiles(cache, repo, *commit);
  const bool may_have_more =
      std::ranges::any_of(AbsentTokenizerFileNames(has), [&](const std::string& name) {
        const bool may_be_there = !remembered || remembered->contains(name);
        return may_be_there && !cache.IsKnownMissing(repo, *commit, name);
      });
  if (may_have_more && !offline) return std::nullopt;
  for (const std::string& name : selection.names) {
    const std::filesystem::path path = plan.snapshot / name;
    std::error_code error;
    const std::string etag = std::filesystem::canonical(path).filename().string();
    RemoteFile file{.path = name, .size = std::filesystem::file_size(path, error), .blob_id = etag};
    plan.files.push_back({.file = std::move(file), .is_cached = true});
  }
  return plan;
}

[[noreturn]] void ThrowNoWeights(const Repo& repo, const RemoteFiles& files) {
  if (files.contains(kWeightsIndexFile)) {
    throw InputError({.source = repo.id,
                      .place = kWeightsIndexFile,
                      .found = "shards that the repository does not have",
                      .expected = "every file that the index names"});
  }
  const bool has_pickle =
      files.contains("pytorch_model.bin") || files.contains("pytorch_model.bin.index.json");
  if (!has_pickle) {
    throw InputError({.source = repo.id,
                      .found = "no model.safetensors",
                      .expected = "a repository with weights as safetensors"});
  }
  throw InputError(
      {.source = repo.id,
       .found =
           "weights as pytorch_model.bin only, a pickle, which can run any program when it is read",
       .expected = fmt::format(
           "model.safetensors. To convert, in an environment with transformers, torch and "
           "safetensors: python -c \"from transformers import AutoModel, AutoTokenizer; n = "
           "'{}'; AutoModel.from_pretrained(n).save_pretrained('converted'); "
           "AutoTokenizer.from_pretrained(n).save_pretrained('converted')\"; then `model` "
           "converted. Or name a `revision` with safetensors (refs/pr/...)",
           repo.id)});
}

// Fetches the index of the weights' shards into the cache and returns its text, because a plan
// needs the names of the shards.
std::string FetchIndex(const HubClient& client, const HubCache& cache, const FetchPlan& plan,
                       const RemoteFile& index) {
  FetchPlan index_plan{.repo = plan.repo, .commit = plan.commit, .snapshot = plan.snapshot};
  index_plan.files.push_back({.file = index});
  LookIntoCache(cache, index_plan);
  SilentObserver silent;
  Fetch(client.settings(), cache, index_plan, silent);
  return ReadTextFile(plan.snapshot / kWeightsIndexFile);
}

}  // namespace

FetchPlan PlanModel(HubClient& client, const HubCache& cache, const Repo& repo, ModelPart part,
                    Freshness freshness) {
  CheckRepo(repo);
  const bool offline = client.settings().offline;
  if (freshness == Freshness::kCacheFirst || offline) {
    if (auto plan = PlanFromCache(cache, repo, part, offline)) return *plan;
  }
  RequireOnline(client.settings(), repo);
  FetchPlan plan{.repo = repo, .commit = client.ResolveCommit(repo)};
  plan.snapshot = cache.SnapshotDir(repo, plan.commit);
  std::optional<RemoteFiles> files = RememberedFiles(cache, repo, plan.commit);
  if (!files) {
    files.emplace();
    for (RemoteFile& file : client.ListFiles(repo, plan.commit, "", /*recursive=*/true)) {
      files->emplace(file.path, file);
    }
  }
  const HasModelFile has = [&](const std::string& name) { return files->contains(name); };
  const auto fetch_index = [&] {
    return FetchIndex(client, cache, plan, files->at(kWeightsIndexFile));
  };
  const Selection selection = Select(has, part, fetch_index, repo);
  if (!selection.has_config || !selection.has_tokenizer) {
    throw InputError(
        {.source = repo.id,
         .found = selection.has_config ? "no tokenizer" : fmt::format("no {}", kModelConfigFile),
         .expected = fmt::format("{}, and {} or {}", kModelConfigFile, kTokenizerJsonFile,
                                 kVocabularyFile)});
  }
  if (!selection.HasAll(part)) ThrowNoWeights(repo, *files);
  for (const std::string& name : selection.names) plan.files.push_back({.file = files->at(name)});
  plan.absent = AbsentTokenizerFileNames(has);
  LookIntoCache(cache, plan);
  return plan;
}

}  // namespace zipflens
