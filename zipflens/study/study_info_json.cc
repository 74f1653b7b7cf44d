#include "zipflens/study/study_info_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kStudyFormat = 2;
constexpr int kMostLayers = 10'000;  // and heads: the figures have a row for each
constexpr int kMostResamples = 10'000'000;
constexpr int kLargestInt = std::numeric_limits<int>::max();

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

/// Reads and checks one study.json.
class InfoReader {
 public:
  InfoReader(const Json& json, const std::string& source) : json_(json), source_(source) {}

  StudyInfo Read() {
    if (!json_.is_object()) Refuse("study", Shown(json_), "an object, as zipflens study writes it");
    int format = 0;
    ReadMember("format", format);
    if (format != kStudyFormat) {
      Refuse("format", std::to_string(format), std::to_string(kStudyFormat));
    }
    VisitMembers(info_, [this](const char* name, auto& member) { ReadMember(name, member); });
    CheckShape();
    CheckBatch();
    CheckLayers();
    CheckLeftOut();
    CheckNames();
    return info_;
  }

 private:
  [[noreturn]] void Refuse(const std::string& name, const std::string& found,
                           const std::string& expected) const {
    throw InputError({.source = source_, .place = name, .found = found, .expected = expected});
  }

  /// A value as it stands in the file, short and in ASCII.
  static std::string Shown(const Json& value) {
    if (value.is_structured()) return value.is_array() ? "an array" : "an object";
    constexpr std::size_t kMostShown = 60;
    const std::string text =
        value.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
    return text.size() <= kMostShown ? text : text.substr(0, kMostShown) + "...";
  }

  const Json& Member(const char* name) const {
    const auto found = json_.find(name);
    if (found == json_.end()) Refuse(name, "nothing", "a member of \"study\"");
    return *found;
  }

  void ReadMember(const char* name, std::string& member) const {
    Assign(
        name, Member(name), "a text", [](const Json& v) { return v.is_string(); }, member);
  }
  void ReadMember(const char* name, int& member) const {
    Assign(name, Member(name), "a whole number", IsInt, member);
  }
  void ReadMember(const char* name, std::uint64_t& member) const {
    Assign(name, Member(name), "a whole number from 0 up", IsUnsigned, member);
  }
  void ReadMember(const char* name, std::vector<int>& member) const {
    Assign(
        name, Member(name), "a list of whole numbers",
        [](const Json& v) { return v.is_array() && std::all_of(v.begin(), v.end(), IsInt); },
        member);
  }
  void ReadMember(const char* name, std::vector<std::string>& member) const {
    Assign(name, Member(name), "a list of texts", IsTexts, member);
  }
  void ReadMember(const char* name, std::map<std::string, std::uint64_t>& member) const {
    Assign(
        name, Member(name), "an object of whole numbers from 0 up",
        [](const Json& v) { return v.is_object() && std::all_of(v.begin(), v.end(), IsUnsigned); },
        member);
  }
  void ReadMember(const char* name, std::map<std::string, std::vector<std::string>>& member) const {
    Assign(
        name, Member(name), "an object of lists of texts",
        [](const Json& v) { return v.is_object() && std::all_of(v.begin(), v.end(), IsTexts); },
        member);
  }

  static bool IsInt(const Json& value) {
    if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= std::uint64_t{kLargestInt};
    return value.is_number_integer() &&
           value.get<std::int64_t>() >= std::numeric_limits<int>::min() &&
           value.get<std::int64_t>() <= kLargestInt;
  }
  static bool IsUnsigned(const Json& value) { return value.is_number_unsigned(); }
  static bool IsTexts(const Json& value) {
    return value.is_array() &&
           std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_string(); });
  }

  template <typename Check, typename T>
  void Assign(const char* name, const Json& value, const char* expected, const Check& check,
              T& member) const {
    if (!check(value)) Refuse(name, Shown(value), expected);
    value.get_to(member);
  }

  void RequireRange(const char* name, double value, double lowest, double highest) const {
    if (value >= lowest && value <= highest) return;
    Refuse(name, fmt::format("{:.0f}", value), fmt::format("{:.0f} to {:.0f}", lowest, highest));
  }

  void CheckShape() const {
    const ModelShape& shape = info_.shape;
    RequireRange("vocab_size", shape.vocab_size, 1, kLargestInt);
    RequireRange("num_layers", shape.num_layers, 1, kMostLayers);
    RequireRange("num_heads", shape.num_heads, 1, kMostLayers);
    RequireRange("head_size", shape.head_size, 1, kLargestInt);
    RequireRange("hidden_size", shape.hidden_size,
                 static_cast<double>(shape.num_heads) * shape.head_size,
                 static_cast<double>(shape.num_heads) * shape.head_size);
    RequireRange("intermediate_size", shape.intermediate_size, 1, kLargestInt);
    RequireRange("max_position_embeddings", shape.max_position_embeddings, 1, kLargestInt);
  }

  void CheckBatch() const {
    RequireRange("num_sequences", info_.num_sequences, 1, kLargestInt);
    RequireRange("sequence_length", info_.sequence_length, 2, info_.shape.max_position_embeddings);
    RequireRange("num_bins", info_.num_bins, 1, kLargestInt);
    RequireRange("skipped_positions", info_.skipped_positions, 0, info_.sequence_length - 2);
    RequireRange("num_permutations", info_.num_permutations, 1, kMostResamples);
    RequireRange("num_resamples", info_.num_resamples, 1, kMostResamples);
  }

  /// `values` ascend within [0, end).
  void RequireAscending(const char* name, const std::vector<int>& values, int end) const {
    for (std::size_t i = 0; i < values.size(); ++i) {
      RequireRange(name, values[i], i == 0 ? 0 : values[i - 1] + 1.0, end - 1.0);
    }
  }

  void RequireStudied(const char* name, int layer) const {
    if (std::find(info_.layers.begin(), info_.layers.end(), layer) != info_.layers.end()) return;
    Refuse(name, std::to_string(layer),
           fmt::format("one of the layers studied ({})", fmt::join(info_.layers, ", ")));
  }

  void CheckLayers() const {
    if (info_.layers.empty()) Refuse("layers", "none", "at least one");
    RequireAscending("layers", info_.layers, info_.shape.num_layers);
    RequireStudied("scatter_layer", info_.scatter_layer);
    RequireStudied("profile_layer", info_.profile_layer);
    if (info_.adjustment_layers.empty()) Refuse("adjustment_layers", "none", "at least one");
    RequireAscending("adjustment_layers", info_.adjustment_layers, info_.shape.num_layers);
    for (const int layer : info_.adjustment_layers) RequireStudied("adjustment_layers", layer);
    RequireAscending("merged_sequences", info_.merged_sequences, info_.num_sequences);
  }

  void CheckLeftOut() const {
    const double length = info_.sequence_length;
    const double num_tokens = info_.num_sequences * length;
    RequireRange("left_out_tokens", static_cast<double>(info_.left_out_tokens), 0, num_tokens);
    RequireRange("left_out_pairs", static_cast<double>(info_.left_out_pairs), 0,
                 num_tokens * length);
    RequireRange("empty_bins", static_cast<double>(info_.empty_bins), 0,
                 static_cast<double>(info_.num_sequences) * info_.num_bins);
    double num_by_reason = 0;
    for (const auto& [reason, num] : info_.left_out_by_reason) {
      num_by_reason += static_cast<double>(num);
    }
    RequireRange("left_out_by_reason", num_by_reason, static_cast<double>(info_.left_out_tokens),
                 static_cast<double>(info_.left_out_tokens));
  }

  void RequireOneOf(const char* name, const std::string& value,
                    const std::vector<std::string>& known) const {
    if (std::find(known.begin(), known.end(), value) != known.end()) return;
    Refuse(name, Shown(value), fmt::format("one of \"{}\"", fmt::join(known, "\", \"")));
  }

  void CheckNames() const {
    RequireOneOf("smoothing", info_.smoothing, {"exclude", "laplace", "error"});
    RequireOneOf("precision", info_.precision, {"float32", "bfloat16", "emulated-bfloat16"});
    RequireOneOf("counts_source", info_.counts_source, {"corpus", "file", "other corpus"});
    RequireOneOf("null_kind", info_.null_kind,
                 {"", "shuffled-tokens", "random-weights", "permuted-vocabulary"});
    for (const std::string& name : info_.excluded_classes) {
      RequireOneOf("excluded_classes", name, {"special", "punctuation"});
    }
  }

  const Json& json_;
  const std::string& source_;
  StudyInfo info_;
};

}  // namespace

Json StudyInfoJson(const StudyInfo& info) {
  Json json = {{"format", kStudyFormat}};
  VisitMembers(info, [&json](const char* name, const auto& member) { json[name] = member; });
  return json;
}

StudyInfo ParseStudyInfo(const Json& json, const std::string& source) {
  return InfoReader(json, source).Read();
}

}  // namespace zipflens
