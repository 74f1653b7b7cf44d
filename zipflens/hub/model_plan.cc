#include "zipflens/hub/model_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/base/model_files.h"
#include "zipflens/hub/file_list_note.h"

namespace zipflens {
namespace {

// The names of the files that a model needs, of those that `has` finds.
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

// The files of a commit that huggingface_hub or zipflens wrote down; nullopt if neither has.
std::optional<RemoteFiles> RememberedFiles(const HubCache& cache, const Repo& repo,
                                           const std::string& commit) {
  std::optional<RemoteFiles> files = RememberedFiles(cache, repo, plan.commit);
  if (!files) {
    files.emplace();
    for (RemoteFile& file : client.ListFiles(repo, plan.commit, "", /*recursive=*/true)) {
      files->emplace(file.path, file);
    }
  }
  const HasModelFile has = [&](const std::string& name) { return files->contains(name); };
  const Selection selection = Select(
      has, part, [&] { return FetchIndex(client, cache, plan, files->at(kWeightsIndexFile)); },
      repo);
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
