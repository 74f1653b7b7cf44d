// zipflens cache: lists what the hub's cache holds.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/hub_text.h"
#include "zipflens/base/safe_text.h"

namespace zipflens::cli {
namespace {

using Json = nlohmann::ordered_json;

Json CacheJson(const std::vector<CachedRepo>& repos) {
  Json list = Json::array();
  for (const CachedRepo& cached : repos) {
    list.push_back({{"kind", cached.repo.kind == RepoKind::kModel ? "model" : "dataset"},
                    {"name", cached.repo.id},
                    {"revisions", cached.revisions},
                    {"snapshots", cached.num_snapshots},
                    {"files", cached.num_files},
                    {"bytes", cached.num_bytes},
                    {"partial_bytes", cached.num_partial_bytes},
                    {"folder", cached.folder.string()}});
  }
  return {{"cache", HubCacheDir().string()}, {"repositories", std::move(list)}};
}

void RunCacheCommand(const OutputOptions& output) {
  const std::vector<CachedRepo> repos = CachedRepos();
  if (output.json) {
    PrintJson(CacheJson(repos));
    return;
  }
  std::size_t widest = 0;
  for (const CachedRepo& cached : repos) widest = std::max(widest, cached.repo.id.size());
  std::uint64_t total = 0;
  for (const CachedRepo& cached : repos) {
    total += cached.num_bytes + cached.num_partial_bytes;
    const std::string partial =
        cached.num_partial_bytes == 0
            ? ""
            : fmt::format(", and {} of incomplete downloads", SizeText(cached.num_partial_bytes));
    PrintText(fmt::format("{:<8}  {:<{}}  {:>9}  {} files{}  ({})\n", KindText(cached.repo.kind),
                          cached.repo.id, widest, SizeText(cached.num_bytes), cached.num_files,
                          partial, fmt::join(cached.revisions, ", ")));
  }
  PrintText(fmt::format("{} in {}\n", SizeText(total), SafeText(HubCacheDir().string())));
}

}  // namespace

void AddCacheCommand(Command& app, Invocation& invocation) {
  Command* command =
      app.add_subcommand("cache", "List what the cache of the hub holds, with sizes");
  AddOutputOptions(*command, invocation.output);
  SetExample(*command, "zipflens cache --json");
  command->callback([&invocation] {
    invocation.run = [&invocation](Terminal&) { RunCacheCommand(invocation.output); };
  });
}

}  // namespace zipflens::cli
