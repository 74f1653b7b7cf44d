// What a server answers in place of the hub, and the notes that the cache keeps of its answers.
//
// Promise: no answer ends in anything but a refusal or a plan of files with safe names, sizes and
// digests. A list of files has at most a million. Redirects end after 20. Nothing is requested from
// another host on the hub's behalf with its token.
#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "fuzz/http_answers.h"
#include "fuzz/input_bytes.h"
#include "fuzz/scratch_folder.h"
#include "zipflens/base/progress.h"
#include "zipflens/hub/dataset_note.h"
#include "zipflens/hub/dataset_plan.h"
#include "zipflens/hub/file_list_note.h"
#include "zipflens/hub/hub_client.h"
#include "zipflens/hub/model_plan.h"
#include "zipflens/hub/parquet_rows.h"

namespace zipflens::fuzz {
namespace {

constexpr const char* kCommit = "0123456789abcdef0123456789abcdef01234567";

void RequireSafe(const std::vector<RemoteFile>& files) {
  for (const RemoteFile& file : files) {
    FUZZ_REQUIRE(IsSafeFileName(file.path));
    FUZZ_REQUIRE(file.blob_id.size() == 40);
    FUZZ_REQUIRE(file.lfs_sha256.empty() || file.lfs_sha256.size() == 64);
  }
}

HubSettings Settings() {
  HubSettings settings;
  settings.cache_dir = Scratch().path() / "cache";
  settings.endpoint = "http://hub.test";
  settings.token = "hf_secret";
  settings.num_retries = 0;
  settings.stall_seconds = 5;
  return settings;
}

std::vector<std::string_view> AnswersOf(std::string_view text) {
  std::vector<std::string_view> answers;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(kPartEnd), text.size());
    answers.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + kPartEnd.size(), text.size()));
  }
  return answers;
}

void Ask(std::uint8_t question) {
  HubClient client(Settings());
  const HubCache cache(Settings().cache_dir);
  const Repo model = {.kind = RepoKind::kModel, .id = "org/name"};
  const Repo dataset = {.kind = RepoKind::kDataset, .id = "org/data"};
  SilentObserver observer;
  switch (question % 5) {
    case 0:
      FUZZ_REQUIRE(IsCommitHash(client.ResolveCommit(model)));
      return;
    case 1:
      RequireSafe(client.ListFiles(model, kCommit, "", /*recursive=*/true));
      return;
    case 2: {
      const RemoteFile file = {.path = "a.parquet", .size = 100};
      FUZZ_REQUIRE(client.ReadRange(dataset, kCommit, file, 10, 20).size() == 20);
      return;
    }
    case 3: {
      const FetchPlan plan = PlanModel(client, cache, model, ModelPart::kAll, Freshness::kAskHub);
      for (const PlannedFile& file : plan.files) RequireSafe({file.file});
      return;
    }
    default: {
      const DatasetFiles files =
          ListDataset(client, cache, dataset, "", Freshness::kAskHub, observer);
      for (const DatasetSplit& split : files.splits) RequireSafe(split.files);
    }
  }
}

}  // namespace

// The first byte chooses the question; the answers follow, each whole, separated by a line "====".
FUZZ_TARGET(hub_answers) {
  static HttpAnswers server;
  InputBytes bytes(input);
  const std::uint8_t question = bytes.Byte();
  Scratch().Clear();
  server.Set(AnswersOf(bytes.Rest()));
  Ask(question);
}

// A file list as the cache keeps it, and the note about a data set.
FUZZ_TARGET(hub_notes) {
  const auto files = ParseFileListNote(std::string(input));
  if (files) {
    RequireSafe(*files);
    const auto again = ParseFileListNote(FileListNote(*files));
    FUZZ_REQUIRE(again && again->size() == files->size());
  }
  const HubCache cache(Scratch().path() / "cache");
  const Repo repo = {.kind = RepoKind::kDataset, .id = "org/data"};
  Scratch().Write(std::string("cache/datasets--org--data/zipflens/") + kCommit + ".json", input);
  for (const auto& [folder, list] : DatasetNote::Load(cache, repo, kCommit).files_of_folder) {
    RequireSafe(list);
  }
}

// The footer of a Parquet file on the hub, which is read by ranges. The first two bytes are the
// size of the part of the file before it.
FUZZ_TARGET(parquet_footer) {
  InputBytes bytes(input);
  const std::uint64_t size_before = bytes.Number(2);
  const std::string file = std::string(size_before, '\0') + std::string(bytes.Rest());
  ParquetRows("a.parquet", file.size(), [&](std::uint64_t begin, std::uint64_t size) {
    FUZZ_REQUIRE(begin <= file.size() && size <= file.size() - begin);
    return file.substr(begin, size);
  });
}

}  // namespace zipflens::fuzz
