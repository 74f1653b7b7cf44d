#include "zipflens/study/count_checkpoint.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/base/sha256.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kKind = "zipflens count checkpoint 1";

// Files are told apart without reading them: a corpus may be large.
Json FileIdentity(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) {
    throw InputError({.source = path.string(),
                      .found = "\"" + ErrnoText(errno) + "\"",
                      .expected = "a readable file"});
  }
  return {{"path", fs::absolute(path).lexically_normal().string()},
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
  const fs::path folder = tokenizer.source().parent_path();
  for (const char* name : {"tokenizer.json", "tokenizer_config.json", "vocab.txt"}) {
    if (fs::exists(folder / name)) hashes[name] = Sha256OfFile(folder / name);
  }
  return hashes;
}

[[noreturn]] void RefuseDamaged(const fs::path& path, const std::string& found) {
  throw InputError({.source = path.string(),
                    .found = found,
                    .expected = "a checkpoint that zipflens count wrote (or remove it)"});
}

Json ReadJson(const fs::path& path) {
  Json json = Json::parse(ReadTextFile(path), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.value("kind", "") != kKind) {
    RefuseDamaged(path, "something else");
  }
  const std::string digest = json.value("sha256", "");
  json.erase("sha256");
  Sha256 hash;
  hash.Update(json.dump());
  if (hash.HexDigest() != digest) RefuseDamaged(path, "damage (its SHA-256 is another)");
  return json;
}

// The first thing that two identities do not share: "corpus/files/0/bytes: 5".
std::string FirstDifference(const Json& ours, const Json& theirs) {
  for (const Json& step : Json::diff(theirs, ours)) {
    const std::string place = step.at("path").get<std::string>();
    const Json::json_pointer pointer(place);
    const bool is_there = theirs.contains(pointer);
    return fmt::format("{} {}", place.substr(1), is_there ? theirs.at(pointer).dump() : "(none)");
  }
  return "";
}

}  // namespace

std::string CountIdentity(const CorpusInfo& info, const CorpusOptions& options,
                          const Tokenizer& tokenizer, std::uint64_t target_tokens) {
  if (info.files.front() == "-") {
    throw InputError({.source = "--checkpoint",
                      .found = "a corpus from standard input",
                      .expected = "files, which can be read again"});
  }
  return Json{{"corpus", CorpusIdentity(info, options)},
              {"tokenizer", TokenizerIdentity(tokenizer)},
              {"target_tokens", target_tokens}}
      .dump();
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
  hash.Update(json.dump());
  json["sha256"] = hash.HexDigest();
  AtomicOutput file(path, AtomicOutput::Kind::kFile, AtomicOutput::Existing::kReplace);
  WriteFileOrThrow(file.temporary_path(), json.dump() + "\n");
  file.Commit();
}

std::optional<CountCheckpoint> ReadCountCheckpoint(const fs::path& path,
                                                   const std::string& identity,
                                                   std::size_t vocab_size) {
  if (!fs::exists(path)) return std::nullopt;
  const Json json = ReadJson(path);
  const Json ours = Json::parse(identity);
  if (json.at("identity") != ours) {
    throw InputError({.source = path.string(),
                      .place = "of another count",
                      .found = FirstDifference(ours, json.at("identity")),
                      .expected = "the same corpus, tokenizer and options (or remove it)"});
  }
  CountCheckpoint checkpoint(vocab_size);
  json.at("counts").get_to(checkpoint.counts.counts);
  if (checkpoint.counts.counts.size() != vocab_size) RefuseDamaged(path, "another vocabulary");
  checkpoint.counts.total = json.at("tokens");
  checkpoint.next_document = json.at("next_document");
  checkpoint.documents_counted = json.at("documents");
  checkpoint.first_document_tokens = json.at("first_document_tokens");
  checkpoint.report.num_bad_lines = json.at("bad_lines");
  checkpoint.report.first_bad_line = json.at("first_bad_line");
  checkpoint.report.num_replacements = json.at("replacements");
  return checkpoint;
}

}  // namespace zipflens
