#include "zipflens/study/study_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/study/statistics_tables.h"
#include "zipflens/study/study_tables.h"
#include "zipflens/study/table_reader.h"

namespace zipflens {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kStudyFormat = 2;

template <typename T>
const std::vector<T>& Column(const ReadColumns& block, std::size_t column_idx) {
  return std::get<std::vector<T>>(block[column_idx]);
}

// The columns of `all` with these names, in the order of the names.
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

void LoadTokenCounts(const std::filesystem::path& folder, StudyResult& result) {
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

void LoadBatch(const std::filesystem::path& folder, StudyResult& result) {
  const auto columns = Select(BatchColumns(), {"title", "position", "token_id", "log_proportion"});
  ReadTable(folder / kBatchTable, columns, [&](const ReadColumns& block) {
    const auto& titles = Column<std::string>(block, 0);
    const auto& positions = Column<std::int32_t>(block, 1);
    const auto& ids = Column<std::int32_t>(block, 2);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (positions[i] == 0) result.titles.push_back(titles[i]);
      result.token_ids.push_back(ids[i]);
      result.log_proportions.push_back(Column<double>(block, 3)[i]);
    }
  });
}

void LoadAdjustments(const std::filesystem::path& folder, StudyResult& result) {
  for (const int layer : result.info.adjustment_layers) result.adjustments.push_back({layer, {}});
  const auto columns = Select(AdjustmentsColumns(), {"layer", "log_norm"});
  ReadTable(folder / kAdjustmentsTable, columns, [&](const ReadColumns& block) {
    const auto& layers = Column<std::int32_t>(block, 0);
    const auto& norms = Column<float>(block, 1);
    for (LayerAdjustments& kept : result.adjustments) {
      for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i] == kept.layer) kept.log_norm.push_back(norms[i]);
      }
    }
  });
}

void LoadScoreSample(const std::filesystem::path& folder, StudyResult& result) {
  result.score_sample.layer = result.info.scatter_layer;
  const auto columns =
      Select(ScoreSamplesColumns(), {"sequence", "layer", "pair_log_proportion", "score"});
  ReadTable(folder / kScoreSamplesTable, columns, [&](const ReadColumns& block) {
    const auto& layers = Column<std::int32_t>(block, 1);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (layers[i] != result.info.scatter_layer) continue;
      result.score_sample.sequence.push_back(Column<std::int32_t>(block, 0)[i]);
      result.score_sample.pair_log_proportion.push_back(Column<double>(block, 2)[i]);
      result.score_sample.score.push_back(Column<float>(block, 3)[i]);
    }
  });
}

// The profile of a layer to which a row of averages belongs.
LayerProfile& ProfileOf(std::vector<LayerProfile>& profiles, int layer) {
  const auto same = [layer](const LayerProfile& profile) { return profile.layer == layer; };
  const auto found = std::find_if(profiles.begin(), profiles.end(), same);
  return found != profiles.end() ? *found : profiles.emplace_back(LayerProfile{.layer = layer});
}

void LoadProfiles(const std::filesystem::path& folder, StudyResult& result) {
  result.profile_bins.resize(static_cast<std::size_t>(result.info.num_sequences));
  ReadTable(folder / kProfilesTable, ProfilesColumns(), [&](const ReadColumns& block) {
    const auto& sequences = Column<std::int32_t>(block, 0);
    const auto& layers = Column<std::int32_t>(block, 1);
    const auto& heads = Column<std::int32_t>(block, 2);
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      if (heads[i] != -1) continue;
      const bool raw = Column<std::string>(block, 3)[i] == "raw";
      const double centre = Column<double>(block, 7)[i];
      const double mean = Column<double>(block, 9)[i];
      const double std = Column<double>(block, 10)[i];
      if (sequences[i] >= 0) {
        if (layers[i] != result.info.profile_layer || !raw) continue;
        result.profile_bins.at(static_cast<std::size_t>(sequences[i]))
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
}

void RequireStudied(const StudyInfo& info, const char* option, int layer) {
  if (std::find(info.layers.begin(), info.layers.end(), layer) != info.layers.end()) return;
  throw UsageError(fmt::format("{}: found layer {}; expected one of the study's layers ({})",
                               option, layer, fmt::join(info.layers, ", ")));
}

// Every member of a StudyInfo with its name in study.json: one list for writing and reading.
template <typename Info, typename Visit>
void VisitMembers(Info& info, const Visit& visit) {
  visit("version", info.version);
  visit("model_name", info.model_name);
  visit("corpus_name", info.corpus_name);
  visit("vocab_size", info.shape.vocab_size);
  visit("num_layers", info.shape.num_layers);
  visit("num_heads", info.shape.num_heads);
  visit("hidden_size", info.shape.hidden_size);
  visit("head_size", info.shape.head_size);
  visit("intermediate_size", info.shape.intermediate_size);
  visit("max_position_embeddings", info.shape.max_position_embeddings);
  visit("num_sequences", info.num_sequences);
  visit("sequence_length", info.sequence_length);
  visit("num_bins", info.num_bins);
  visit("layers", info.layers);
  visit("corpus_rows", info.corpus_rows);
  visit("documents_counted", info.documents_counted);
  visit("tokens_counted", info.tokens_counted);
  visit("target_tokens", info.target_tokens);
  visit("smoothing", info.smoothing);
  visit("precision", info.precision);
  visit("excluded_classes", info.excluded_classes);
  visit("skipped_positions", info.skipped_positions);
  visit("counts_source", info.counts_source);
  visit("counts_name", info.counts_name);
  visit("null_kind", info.null_kind);
  visit("seed", info.seed);
  visit("num_permutations", info.num_permutations);
  visit("num_resamples", info.num_resamples);
  visit("left_out_tokens", info.left_out_tokens);
  visit("left_out_pairs", info.left_out_pairs);
  visit("left_out_by_reason", info.left_out_by_reason);
  visit("empty_bins", info.empty_bins);
  visit("merged_sequences", info.merged_sequences);
  visit("scatter_layer", info.scatter_layer);
  visit("profile_layer", info.profile_layer);
  visit("adjustment_layers", info.adjustment_layers);
  visit("warnings", info.warnings);
  visit("figure_warnings", info.figure_warnings);
}

}  // namespace

Json StudyInfoJson(const StudyInfo& info) {
  Json json = {{"format", kStudyFormat}};
  VisitMembers(info, [&json](const char* name, const auto& member) { json[name] = member; });
  return json;
}

StudyInfo ParseStudyInfo(const Json& json, const std::string& source) {
  try {
    if (json.at("format").get<int>() != kStudyFormat) {
      throw InputError({.source = source,
                        .place = "format",
                        .found = DescribeJson(json.at("format")),
                        .expected = std::to_string(kStudyFormat)});
    }
    StudyInfo info;
    VisitMembers(info, [&json](const char* name, auto& member) { json.at(name).get_to(member); });
    return info;
  } catch (const Json::exception& error) {
    throw InputError({.source = source,
                      .place = "study",
                      .found = "\"" + std::string(error.what()) + "\"",
                      .expected = "the study.json of a study folder"});
  }
}

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
  WriteFileOrThrow(folder / kStudyJson, JsonText(json, 2) + "\n");
}

StudyResult LoadStudy(const std::filesystem::path& folder, const ShownLayers& shown) {
  StudyResult result;
  const Json json = ReadStudyJson(folder);
  const std::string source = (folder / kStudyJson).string();
  result.info = ParseStudyInfo(json.value("study", Json()), source);
  if (shown.scatter_layer) {
    RequireStudied(result.info, "--scatter-layer", *shown.scatter_layer);
    result.info.scatter_layer = *shown.scatter_layer;
  }
  if (shown.profile_layer) {
    RequireStudied(result.info, "--profile-layer", *shown.profile_layer);
    result.info.profile_layer = *shown.profile_layer;
  }
  LoadTokenCounts(folder, result);
  LoadBatch(folder, result);
  LoadAdjustments(folder, result);
  LoadScoreSample(folder, result);
  LoadProfiles(folder, result);
  LoadStatistics(folder, result);
  if (std::filesystem::is_directory(folder / kNullFolder)) {
    result.null_study = std::make_shared<StudyResult>(LoadStudy(folder / kNullFolder, shown));
  }
  return result;
}

}  // namespace zipflens
