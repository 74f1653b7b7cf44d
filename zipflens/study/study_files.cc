#include "zipflens/study/study_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "zipflens/analysis/analysis_tables.h"
#include "zipflens/analysis/control_tables.h"
#include "zipflens/analysis/statistics_tables.h"
#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/counting/count_file.h"
#include "zipflens/study/loaded_study_checks.h"
#include "zipflens/study/study_info_json.h"
#include "zipflens/tables/table_reader.h"

namespace zipflens {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
const std::vector<T>& Column(const ReadColumns& block, std::size_t column_idx) {
  return std::get<std::vector<T>>(block[column_idx]);
}

// Returns the columns of `all` with these names, in the order of the names.
std::vector<TableColumn> Select(const std::vector<TableColumn>& all,
                                const std::vector<std::string>& names) {
  std::vector<TableColumn> selected;
  selected.reserve(names.size());
  for (const std::string& name : names) {
    selected.push_back(*std::find_if(
        all.begin(), all.end(), [&](const TableColumn& column) { return column.name == name; }));
  }
  return selected;
}

void LoadTokenCounts(const std::filesystem::path& folder, Study& result) {
  const auto columns = Select(TokenCountsColumns(), {"token", "count", "proportion"});
  ReadTable(folder / kTokenCountsTable, columns, [&](const ReadColumns& block) {
    const auto& tokens = Column<std::string>(block, 0);
    const auto& counts = Column<std::int64_t>(block, 1);
    const auto& proportions = Column<double>(block, 2);
    result.tokens.insert(result.tokens.end(), tokens.begin(), tokens.end());
    result.counts.insert(result.counts.end(), counts.begin(), counts.end());
    result.proportions.insert(result.proportions.end(), proportions.begin(), proportions.end());
  });
}

/// Throws InputError unless the row of a token is at its place in the order of the batch.
void RequirePlace(const std::filesystem::path& table, const StudyInfo& info, std::size_t place,
                  std::int32_t sequence, std::int32_t position) {
  const std::size_t length = info.sequence_length;
  const bool is_there = place < info.num_tokens() && std::cmp_equal(sequence, place / length) &&
                        std::cmp_equal(position, place % length);
  if (is_there) return;
  RefuseTable(table, fmt::format("sequence {}, position {}", sequence, position),
              fmt::format("sequence {}, position {} of {} sequences of {} tokens", place / length,
                          place % length, info.num_sequences, info.sequence_length));
}

void LoadBatch(const std::filesystem::path& folder, Study& result) {
  const auto columns =
      Select(BatchColumns(), {"sequence", "title", "position", "token_id", "log_proportion"});
  ReadTable(folder / kBatchTable, columns, [&](const ReadColumns& block) {
    const auto& sequences = Column<std::int32_t>(block, 0);
    const auto& titles = Column<std::string>(block, 1);
    const auto& positions = Column<std::int32_t>(block, 2);
    const auto& ids = Column<std::int32_t>(block, 3);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      RequirePlace(folder / kBatchTable, result.info, result.token_ids.size(), sequences[i],
                   positions[i]);
      if (positions[i] == 0) result.titles.push_back(titles[i]);
      result.token_ids.push_back(ids[i]);
      result.log_proportions.push_back(Column<double>(block, 4)[i]);
    }
  });
}

// This and the next two return the number of rows of the table, those that are not kept included.
std::uint64_t LoadAdjustments(const std::filesystem::path& folder, Study& result) {
  std::uint64_t num_rows = 0;
  for (const int layer : result.info.adjustment_layers) result.adjustments.push_back({layer, {}});
  const auto columns = Select(AdjustmentsColumns(), {"sequence", "position", "layer", "log_norm"});
  ReadTable(folder / kAdjustmentsTable, columns, [&](const ReadColumns& block) {
    const auto& layers = Column<std::int32_t>(block, 2);
    num_rows += layers.size();
    const auto& norms = Column<float>(block, 3);
    for (LayerAdjustments& kept : result.adjustments) {
      for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i] != kept.layer) continue;
        RequirePlace(folder / kAdjustmentsTable, result.info, kept.log_norm.size(),
                     Column<std::int32_t>(block, 0)[i], Column<std::int32_t>(block, 1)[i]);
        kept.log_norm.push_back(norms[i]);
      }
    }
  });
  return num_rows;
}

std::uint64_t LoadScoreSample(const std::filesystem::path& folder, Study& result) {
  std::uint64_t num_rows = 0;
  result.score_sample.layer = result.info.options.scatter_layer;
  const auto columns =
      Select(ScoreSamplesColumns(), {"sequence", "layer", "pair_log_proportion", "score"});
  ReadTable(folder / kScoreSamplesTable, columns, [&](const ReadColumns& block) {
    const auto& layers = Column<std::int32_t>(block, 1);
    num_rows += layers.size();
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (layers[i] != result.info.options.scatter_layer) continue;
      const std::int32_t sequence = Column<std::int32_t>(block, 0)[i];
      if (sequence < 0 || std::cmp_greater_equal(sequence, result.info.num_sequences)) {
        RefuseTable(folder / kScoreSamplesTable, fmt::format("sequence {}", sequence),
                    fmt::format("0 to {}", result.info.num_sequences - 1));
      }
      result.score_sample.sequence.push_back(Column<std::int32_t>(block, 0)[i]);
      result.score_sample.pair_log_proportion.push_back(Column<double>(block, 2)[i]);
      result.score_sample.score.push_back(Column<float>(block, 3)[i]);
    }
  });
  return num_rows;
}

// Returns the profile of the layer to which a row of averages belongs.
LayerProfile& ProfileOf(std::vector<LayerProfile>& profiles, int layer) {
  const auto same = [layer](const LayerProfile& profile) { return profile.layer == layer; };
  const auto found = std::find_if(profiles.begin(), profiles.end(), same);
  return found != profiles.end() ? *found : profiles.emplace_back(LayerProfile{.layer = layer});
}

std::uint64_t LoadProfiles(const std::filesystem::path& folder, Study& result) {
  std::uint64_t num_rows = 0;
  result.profile_bins.resize(result.info.num_sequences);
  ReadTable(folder / kProfilesTable, ProfilesColumns(), [&](const ReadColumns& block) {
    const auto& sequences = Column<std::int32_t>(block, 0);
    const auto& layers = Column<std::int32_t>(block, 1);
    const auto& heads = Column<std::int32_t>(block, 2);
    num_rows += heads.size();
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      if (heads[i] != -1) continue;
      if (sequences[i] < -1 ||
          (sequences[i] >= 0 && std::cmp_greater_equal(sequences[i], result.info.num_sequences))) {
        RefuseTable(folder / kProfilesTable, fmt::format("sequence {}", sequences[i]),
                    fmt::format("-1 to {}", result.info.num_sequences - 1));
      }
      const bool raw = Column<std::string>(block, 3)[i] == "raw";
      const double centre = Column<double>(block, 7)[i];
      const double mean = Column<double>(block, 9)[i];
      const double std = Column<double>(block, 10)[i];
      if (sequences[i] >= 0) {
        if (layers[i] != result.info.options.profile_layer || !raw) continue;
        result.profile_bins.at(sequences[i])
            .push_back({Column<double>(block, 5)[i], Column<double>(block, 6)[i], centre,
                        static_cast<std::uint64_t>(Column<std::int64_t>(block, 8)[i]), mean, std});
        continue;
      }
      LayerProfile& profile =
          ProfileOf(raw ? result.layer_profiles : result.row_centred_profiles, layers[i]);
      profile.centre.push_back(centre);
      profile.mean.push_back(mean);
      profile.std.push_back(std);
      profile.lower.push_back(Column<double>(block, 11)[i]);
      profile.upper.push_back(Column<double>(block, 12)[i]);
    }
  });
  return num_rows;
}

void LoadControls(const std::filesystem::path& folder, Study& result) {
  result.replication = ReadReplication(folder);
  result.partial = ReadPartial(folder);
  std::uint64_t num_draw_rows = 0;
  if (result.info.null_kind == NullKind::kNone) {
    result.reliability = ReadReliability(folder);
    if (result.info.options.num_null_draws > 0) {
      result.null_tests = ReadNullTests(folder);
      num_draw_rows = ReadNullDraws(folder).size();
    }
  }
  CheckControls(result, num_draw_rows, folder);
}

void RequireStudied(const StudyInfo& info, const char* option, int layer) {
  if (std::find(info.options.layers.begin(), info.options.layers.end(), layer) !=
      info.options.layers.end())
    return;
  throw UsageError(fmt::format("{}: found layer {}; expected one of the study's layers ({})",
                               option, layer, fmt::join(info.options.layers, ", ")));
}

/// Throws InputError unless a null study has the batch, layers and bins of its study and no null
/// study of its own.
void RequireNullOf(const StudyInfo& info, const StudyInfo& null_info,
                   const std::filesystem::path& source) {
  const bool is_null_of_it = info.null_kind == NullKind::kNone &&
                             null_info.null_kind != NullKind::kNone &&
                             null_info.options.layers == info.options.layers &&
                             null_info.num_sequences == info.num_sequences &&
                             null_info.sequence_length == info.sequence_length &&
                             null_info.options.num_bins == info.options.num_bins;
  if (is_null_of_it) return;
  throw InputError({.source = source.string(),
                    .found = "a study with another batch, other layers or no null hypothesis",
                    .expected = "the null study of the folder it lies in"});
}

}  // namespace

Json ReadStudyJson(const std::filesystem::path& folder) {
  if (std::filesystem::is_directory(folder) && !std::filesystem::exists(folder / kStudyJson)) {
    throw InputError({.source = folder.string(),
                      .found = "no study.json",
                      .expected = "the folder that zipflens study made"});
  }
  const std::string source = (folder / kStudyJson).string();
  Json json = ReadJson<Json>(source, "the study.json of a study folder");
  if (!json.is_object()) {
    throw InputError({.source = source, .found = DescribeJson(json), .expected = "a JSON object"});
  }
  return json;
}

void WriteStudyJson(const std::filesystem::path& folder, const Json& json) {
  AtomicOutput file(folder / kStudyJson, AtomicOutput::Kind::kFile,
                    AtomicOutput::Existing::kReplace);
  WriteFileOrThrow(file.temporary_path(), JsonText(json, 2) + "\n");
  file.Commit();
}

Study Study::Load(const std::filesystem::path& folder, const ShownLayers& shown) {
  Study result;
  const Json json = ReadStudyJson(folder);
  const auto study = json.find("study");
  result.info =
      ParseStudyInfo(study == json.end() ? Json() : *study, (folder / kStudyJson).string());
  if (shown.scatter_layer) {
    RequireStudied(result.info, "`scatter_layer`", *shown.scatter_layer);
    result.info.options.scatter_layer = *shown.scatter_layer;
  }
  if (shown.profile_layer) {
    RequireStudied(result.info, "`profile_layer`", *shown.profile_layer);
    result.info.options.profile_layer = *shown.profile_layer;
  }
  LoadTokenCounts(folder, result);
  // A model may have more embedding rows than its vocabulary has entries.
  const Json num_tokens(result.tokens.size());
  const auto vocabulary_size = json.find("vocabulary_size");
  if (vocabulary_size != json.end() && *vocabulary_size != num_tokens) {
    RefuseTable(folder / kTokenCountsTable, fmt::format("{} rows", result.tokens.size()),
                "the vocabulary_size of study.json");
  }
  LoadBatch(folder, result);
  // This check comes before anything of the size that study.json states is allocated.
  RequireRows(folder / kBatchTable, result.titles.size(), result.info.num_sequences,
              "num_sequences of study.json, beginning at position 0");
  const TableRows rows = {.adjustments = LoadAdjustments(folder, result),
                          .score_samples = LoadScoreSample(folder, result),
                          .profiles = LoadProfiles(folder, result)};
  CheckSequences(result, rows, folder);
  std::uint64_t num_type_rows = 0;
  Findings findings = ReadFindings(folder, result.info.adjustment_layers, &num_type_rows);
  result.correlations = std::move(findings.correlations);
  result.slopes = std::move(findings.slopes);
  result.explained = std::move(findings.explained);
  result.splits = std::move(findings.splits);
  result.types = std::move(findings.types);
  CheckStatistics(result, num_type_rows, folder);
  LoadControls(folder, result);
  if (std::filesystem::is_directory(folder / kNullFolder)) {
    result.null_study = std::make_shared<Study>(Load(folder / kNullFolder, shown));
    RequireNullOf(result.info, result.null_study->info, folder / kNullFolder / kStudyJson);
  }
  result.folder = std::make_shared<StudyFolder>(folder);
  return result;
}

}  // namespace zipflens
