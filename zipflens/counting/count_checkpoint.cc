#include "zipflens/counting/count_checkpoint.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/base/model_files.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/base/sha256.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kKind = "zipflens count checkpoint 1";

// JSON cannot contain bytes that are not UTF-8, so those of a path are escaped, and so are control
// characters.
std::string PathText(const fs::path& path) {
  return SafeText(fs::absolute(path).lexically_normal().string(), std::string::npos);
}

// Files are identified without reading them, because a corpus may be large.
Json FileIdentity(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) {
    throw InputError({.source = path.string(),
                      .found = "\"" + ErrnoText(errno) + "\"",
                      .expected = "a readable file"});
  }
  return {{"path", PathText(path)},
          {"bytes", status.st_size},
          {"changed", fmt::format("{}.{:09}", status.st_mtim.tv_sec, status.st_mtim.tv_nsec)}};
}

Json CorpusIdentity(const CorpusInfo& info, const CorpusOptions& options) {
  Json files = Json::array();
  for (const fs::path& file : info.files) files.push_back(FileIdentity(file));
  Json parts = Json::array();
  for (const CorpusPart& part : info.parts) {
    parts.push_back(Json::array({part.file_idx, part.rows.begin, part.rows.end}));
  }
  return {{"files", std::move(files)},
          {"format", info.format},
          {"rows", std::move(parts)},
          {"text_column", options.text_column},
          {"skip_bad_lines", options.skip_bad_lines},
          {"max_document_bytes", options.max_document_bytes},
          {"replace_invalid_utf8", options.invalid_utf8 == InvalidUtf8Text::kReplace}};
}

Json TokenizerIdentity(const Tokenizer& tokenizer) {
  Json hashes = Json::object();
  for (const fs::path& file : TokenizerFiles(tokenizer.source().parent_path())) {
    hashes[file.filename().string()] = Sha256OfFile(file);
  }
  return hashes;
}

[[noreturn]] void RefuseDamaged(const fs::path& path, const std::string& place,
                                const std::string& found) {
  throw InputError({.source = path.string(),
                    .place = place,
                    .found = "damage: " + found,
                    .expected = "a checkpoint that zipflens count wrote (or remove it)"});
}

/// Reads the fields of a checkpoint, each with the type that WriteCountCheckpoint writes.
class CheckpointReader {
 public:
  explicit CheckpointReader(const fs::path& path)
      : path_(path), json_(ReadJson<Json>(path, "a checkpoint that zipflens count wrote")) {
    if (!json_.is_object() || Field("kind", &Json::is_string) != kKind) {
      Refuse("kind", "another kind of file");
    }
    const std::string digest = Text("sha256");
    json_.erase("sha256");
    Sha256 hash;
    hash.Update(JsonText(json_));
    if (hash.HexDigest() != digest) Refuse("", "its SHA-256 is another");
  }

  std::string Text(const char* name) const {
    return Field(name, &Json::is_string).get<std::string>();
  }
  std::uint64_t Count(const char* name) const {
    return Field(name, &Json::is_number_unsigned).get<std::uint64_t>();
  }
  const Json& Object(const char* name) const { return Field(name, &Json::is_object); }

  std::vector<std::uint64_t> Counts(const char* name) const {
    const Json& list = Field(name, &Json::is_array);
    std::vector<std::uint64_t> counts;
    counts.reserve(list.size());
    for (const Json& count : list) {
      if (!count.is_number_unsigned()) Refuse(name, DescribeJson(count));
      counts.push_back(count.get<std::uint64_t>());
    }
    return counts;
  }

  [[noreturn]] void Refuse(const char* place, const std::string& found) const {
    RefuseDamaged(path_, place, found);
  }

 private:
  const Json& Field(const char* name, bool (Json::*has_type)() const noexcept) const {
    const auto field = json_.find(name);
    if (field == json_.end()) Refuse(name, "no such field");
    if (!((*field).*has_type)()) Refuse(name, DescribeJson(*field));
    return *field;
  }

  fs::path path_;
  Json json_;
};

// Returns the first difference between two identities: "corpus/files/0/bytes: 5".
std::string FirstDifference(const Json& ours, const Json& theirs) {
  const Json steps = Json::diff(theirs, ours);
  const std::string place = steps.at(0).at("path").get<std::string>();
  const Json::json_pointer pointer(place);
  const std::string found = theirs.contains(pointer) ? DescribeJson(theirs.at(pointer)) : "(none)";
  return (place.empty() ? "" : place.substr(1) + " ") + found;
}

// Checks that the numbers agree with each other. A correct digest is not enough, because anyone can
// compute it.
void RequireConsistent(const CountCheckpoint& checkpoint, const CheckpointReader& reader) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : checkpoint.counts.counts) {
    if (__builtin_add_overflow(sum, count, &sum)) reader.Refuse("counts", "a sum beyond 64 bits");
  }
  if (sum != checkpoint.counts.total) {
    reader.Refuse("tokens",
                  fmt::format("{}, but the counts add up to {}", checkpoint.counts.total, sum));
  }
  if (checkpoint.documents_counted > checkpoint.next_document) {
    reader.Refuse("documents", fmt::format("{} of the {} before next_document",
                                           checkpoint.documents_counted, checkpoint.next_document));
  }
  if (checkpoint.first_document_tokens > sum) {
    reader.Refuse("first_document_tokens",
                  fmt::format("{} of {} tokens", checkpoint.first_document_tokens, sum));
  }
}

}  // namespace

std::string CountIdentity(const CorpusInfo& info, const CorpusOptions& options,
                          const Tokenizer& tokenizer, std::uint64_t target_tokens) {
  if (info.files.front() == "-") {
    throw InputError({.source = "`checkpoint`",
                      .found = "a corpus from standard input",
                      .expected = "files, which can be read again"});
  }
  return JsonText(Json{{"corpus", CorpusIdentity(info, options)},
                       {"tokenizer", TokenizerIdentity(tokenizer)},
                       {"target_tokens", target_tokens}});
}

void WriteCountCheckpoint(const fs::path& path, const std::string& identity,
                          const CountCheckpoint& checkpoint) {
  Json json = {{"kind", kKind},
               {"identity", Json::parse(identity)},
               {"next_document", checkpoint.next_document},
               {"documents", checkpoint.documents_counted},
               {"tokens", checkpoint.counts.total},
               {"first_document_tokens", checkpoint.first_document_tokens},
               {"bad_lines", checkpoint.report.num_bad_lines},
               {"first_bad_line", checkpoint.report.first_bad_line},
               {"replacements", checkpoint.report.num_replacements},
               {"counts", checkpoint.counts.counts}};
  Sha256 hash;
  hash.Update(JsonText(json));
  json["sha256"] = hash.HexDigest();
  AtomicOutput file(path, AtomicOutput::Kind::kFile, AtomicOutput::Existing::kReplace);
  WriteFileOrThrow(file.temporary_path(), JsonText(json) + "\n");
  file.Commit();
}

std::optional<CountCheckpoint> ReadCountCheckpoint(const fs::path& path,
                                                   const std::string& identity,
                                                   std::size_t vocab_size) {
  if (!fs::exists(path)) return std::nullopt;
  const CheckpointReader reader(path);
  const Json ours = Json::parse(identity);
  const Json& theirs = reader.Object("identity");
  if (theirs != ours) {
    throw InputError({.source = path.string(),
                      .place = "of another count",
                      .found = FirstDifference(ours, theirs),
                      .expected = "the same corpus, tokenizer and options (or remove it)"});
  }
  CountCheckpoint checkpoint(vocab_size);
  checkpoint.counts.counts = reader.Counts("counts");
  if (checkpoint.counts.counts.size() != vocab_size) {
    reader.Refuse("counts", fmt::format("{} counts for a vocabulary of {}",
                                        checkpoint.counts.counts.size(), vocab_size));
  }
  checkpoint.counts.total = reader.Count("tokens");
  checkpoint.next_document = reader.Count("next_document");
  checkpoint.documents_counted = reader.Count("documents");
  checkpoint.first_document_tokens = reader.Count("first_document_tokens");
  checkpoint.report.num_bad_lines = reader.Count("bad_lines");
  checkpoint.report.first_bad_line = reader.Text("first_bad_line");
  checkpoint.report.num_replacements = reader.Count("replacements");
  RequireConsistent(checkpoint, reader);
  return checkpoint;
}

void RefuseCheckpointBeyondCorpus(const fs::path& path, std::uint64_t next_document,
                                  std::uint64_t num_documents) {
  RefuseDamaged(path, "next_document",
                fmt::format("{}, but the corpus has {} documents", next_document, num_documents));
}

}  // namespace zipflens
