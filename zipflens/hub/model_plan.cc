#include "zipflens/hub/model_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/hub/file_list_note.h"

namespace zipflens {
namespace {

constexpr const char* kConfig = "config.json";
constexpr const char* kTokenizerJson = "tokenizer.json";
constexpr const char* kVocabulary = "vocab.txt";
constexpr const char* kWeights = "model.safetensors";
constexpr const char* kWeightsIndex = "model.safetensors.index.json";
constexpr const char* kTokenizerExtras[] = {"tokenizer_config.json", "special_tokens_map.json"};

// Which of a set of file names a model needs; throws where one is missing. `has` and `shards` look
// the set up.
class Selection {
 public:
  Selection(std::function<bool(const std::string&)> has,
            std::function<std::vector<std::string>()> shards)
      : has_(std::move(has)), shards_(std::move(shards)) {}

  std::set<std::string> names;

  // False where something is missing.
  bool TakeTokenizer() {
    if (!Take(kConfig)) return false;
    const bool has_tokenizer = Take(kTokenizerJson) || Take(kVocabulary);
    for (const char* extra : kTokenizerExtras) Take(extra);
    return has_tokenizer;
  }

  bool TakeWeights() {
    if (Take(kWeights)) return true;
    if (!Take(kWeightsIndex)) return false;
    const std::vector<std::string> shards = shards_();
    return !shards.empty() &&
           std::all_of(shards.begin(), shards.end(), [&](const auto& s) { return Take(s); });
  }

 private:
  bool Take(const std::string& name) {
    if (!has_(name)) return false;
    names.insert(name);
    return true;
  }

  std::function<bool(const std::string&)> has_;
  std::function<std::vector<std::string>()> shards_;
};

// The shards that an index in the cache names; none where it cannot be read.
std::vector<std::string> ShardsOfIndex(const std::filesystem::path& path) {
  const auto index = nlohmann::json::parse(ReadTextFile(path), nullptr,
                                           /*allow_exceptions=*/false);
  std::set<std::string> names;
  if (!index.is_object() || !index.contains("weight_map") || !index["weight_map"].is_object())
    return {};
  for (const auto& [tensor, name] : index["weight_map"].items()) {
    if (!name.is_string()) return {};
    names.insert(name.get<std::string>());
  }
  return {names.begin(), names.end()};
}

// A plan of what the cache has alone; nothing where that is not all.
std::optional<FetchPlan> PlanFromCache(const HubCache& cache, const Repo& repo, ModelPart part,
                                       bool offline) {
  const std::optional<std::string> commit = cache.CommitOf(repo);
  if (!commit) return std::nullopt;
  FetchPlan plan{.repo = repo, .commit = *commit, .snapshot = cache.SnapshotDir(repo, *commit)};
  const auto has = [&](const std::string& name) {
    return cache.FindFile(repo, *commit, name).has_value();
  };
  Selection selection(has, [&] { return ShardsOfIndex(plan.snapshot / kWeightsIndex); });
  if (!selection.TakeTokenizer() || (part == ModelPart::kAll && !selection.TakeWeights()))
    return std::nullopt;
  // A vocabulary alone is read otherwise where tokenizer_config.json says so: is there one?
  const char* config = kTokenizerExtras[0];
  const bool knows_config =
      has(kTokenizerJson) || has(config) || cache.IsKnownMissing(repo, *commit, config);
  if (!knows_config && !offline) return std::nullopt;
  for (const std::string& name : selection.names) {
    const std::filesystem::path path = plan.snapshot / name;
    std::error_code error;
    const std::string etag = std::filesystem::canonical(path).filename().string();
    RemoteFile file{.path = name, .size = std::filesystem::file_size(path, error), .blob_id = etag};
    plan.files.push_back({.file = std::move(file), .is_cached = true});
  }
  return plan;
}

[[noreturn]] void ThrowNoWeights(const Repo& repo, const std::map<std::string, RemoteFile>& files) {
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
           "AutoTokenizer.from_pretrained(n).save_pretrained('converted')\"; then --model "
           "converted. Or look for a --revision with safetensors (refs/pr/...)",
           repo.id)});
}

std::vector<std::string> ShardsOfList(const std::map<std::string, RemoteFile>& files) {
  static const std::regex shard("model-[0-9]{5}-of-[0-9]{5}\\.safetensors");
  std::vector<std::string> names;
  for (const auto& [name, file] : files) {
    if (std::regex_match(name, shard)) names.push_back(name);
  }
  return names;
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
  auto list = ParseFileListNote(cache.ReadNote(repo, "trees", plan.commit));
  if (!list) list = client.ListFiles(repo, plan.commit, "", /*recursive=*/true);
  std::map<std::string, RemoteFile> files;
  for (RemoteFile& file : *list) files.emplace(file.path, file);
  Selection selection([&](const std::string& name) { return files.contains(name); },
                      [&] { return ShardsOfList(files); });
  if (!selection.TakeTokenizer()) {
    throw InputError({.source = repo.id,
                      .found = files.contains(kConfig) ? "no tokenizer" : "no config.json",
                      .expected = "config.json, and tokenizer.json or vocab.txt"});
  }
  if (part == ModelPart::kAll && !selection.TakeWeights()) ThrowNoWeights(repo, files);
  for (const std::string& name : selection.names) plan.files.push_back({.file = files.at(name)});
  for (const char* name : {kTokenizerJson, kTokenizerExtras[0], kTokenizerExtras[1]}) {
    if (!files.contains(name)) plan.absent.emplace_back(name);
  }
  LookIntoCache(cache, plan);
  return plan;
}

}  // namespace zipflens
