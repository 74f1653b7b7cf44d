#include "zipflens/study/study_info_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>
#include <vector>

#include "zipflens/base/error.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kStudyFormat = 3;
constexpr std::size_t kMostLayers = 10'000;  // of layers and of heads: figures have a row for each
constexpr std::size_t kLargestInt = std::numeric_limits<int>::max();

// Options that have a different form in study.json than in StudyOptions.
struct WrittenOptions {
  std::string model;
  std::string corpus;  // the paths, joined
  std::vector<std::string> excluded_classes = {};
  CountSource counts_source = CountSource::kCorpus;
  std::string counts;  // the file, or the joined paths of the other corpus
};

WrittenOptions ToWritten(const StudyInfo& info) {
  WrittenOptions written = {.model = info.model_name(),
                            .corpus = info.corpus_name(),
                            .counts_source = info.counts_source(),
                            .counts = info.counts_name()};
  if (info.options.exclude_special) written.excluded_classes.emplace_back("special");
  if (info.options.exclude_punctuation) written.excluded_classes.emplace_back("punctuation");
  return written;
}

void FromWritten(const WrittenOptions& written, StudyOptions& options) {
  const auto excludes = [&written](const char* name) {
    return std::ranges::find(written.excluded_classes, name) != written.excluded_classes.end();
  };
  options.model = written.model;
  options.corpus = {written.corpus};
  options.exclude_special = excludes("special");
  options.exclude_punctuation = excludes("punctuation");
  options.counts_split = written.counts_source == CountSource::kOtherDocuments;
  if (written.counts_source == CountSource::kFile) options.counts_file = written.counts;
  if (written.counts_source == CountSource::kOtherCorpus) options.counts_corpus = {written.counts};
}

// All values of each enum, in order. study.json contains their names.
constexpr std::array<Smoothing, 3> kSmoothings = {Smoothing::kExclude, Smoothing::kLaplace,
                                                  Smoothing::kError};
constexpr std::array<Precision, 3> kPrecisions = {Precision::kFloat32, Precision::kBfloat16,
                                                  Precision::kEmulatedBfloat16};
constexpr std::array<CountSource, 4> kCountSources = {CountSource::kCorpus, CountSource::kFile,
                                                      CountSource::kOtherCorpus,
                                                      CountSource::kOtherDocuments};
constexpr std::array<NullKind, 5> kNullKinds = {
    NullKind::kNone, NullKind::kShuffledTokens, NullKind::kRandomWeights,
    NullKind::kPermutedFrequencies, NullKind::kPermutedVocabulary};
constexpr std::array<BatchChoice, 2> kBatchChoices = {BatchChoice::kFirst, BatchChoice::kRandom};

std::string NameOf(Smoothing value) { return SmoothingName(value); }
std::string NameOf(Precision value) { return PrecisionName(value); }
std::string NameOf(CountSource value) { return std::string(CountSourceName(value)); }
std::string NameOf(NullKind value) { return NullKindName(value); }
std::string NameOf(BatchChoice value) { return BatchChoiceName(value); }

// Calls a visitor for every member of a StudyInfo, with its name in study.json. Writing and reading
// share this list.
template <typename Info, typename Options, typename Visit>
void VisitMembers(Info& info, Options& written, const Visit& visit) {
  visit("version", info.version);
  visit("model_name", written.model);
  visit("corpus_name", written.corpus);
  visit("vocab_size", info.shape.vocab_size);
  visit("num_layers", info.shape.num_layers);
  visit("num_heads", info.shape.num_heads);
  visit("hidden_size", info.shape.hidden_size);
  visit("head_size", info.shape.head_size);
  visit("intermediate_size", info.shape.intermediate_size);
  visit("max_position_embeddings", info.shape.max_position_embeddings);
  visit("num_sequences", info.num_sequences);
  visit("sequence_length", info.sequence_length);
  visit("num_bins", info.options.num_bins);
  visit("layers", info.options.layers);
  visit("corpus_rows", info.corpus_rows);
  visit("documents_counted", info.documents_counted);
  visit("tokens_counted", info.tokens_counted);
  visit("target_tokens", info.options.target_tokens);
  visit("smoothing", info.options.smoothing);
  visit("precision", info.options.precision);
  visit("excluded_classes", written.excluded_classes);
  visit("skipped_positions", info.options.skip_positions);
  visit("counts_source", written.counts_source);
  visit("counts_name", written.counts);
  visit("batch", info.options.batch_choice);
  visit("null_kind", info.null_kind);
  visit("num_null_draws", info.options.num_null_draws);
  visit("seed", info.options.seed);
  visit("num_permutations", info.options.num_permutations);
  visit("num_resamples", info.options.num_resamples);
  visit("left_out_tokens", info.left_out_tokens);
  visit("left_out_pairs", info.left_out_pairs);
  visit("left_out_by_reason", info.left_out_by_reason);
  visit("empty_bins", info.empty_bins);
  visit("merged_sequences", info.merged_sequences);
  visit("scatter_layer", info.options.scatter_layer);
  visit("profile_layer", info.options.profile_layer);
  visit("adjustment_layers", info.adjustment_layers);
  visit("warnings", info.warnings);
  visit("figure_warnings", info.figure_warnings);
}

/// Reads and checks one study.json.
class InfoReader {
 public:
  InfoReader(const Json& json, const std::string& source) : json_(json), source_(source) {}

  StudyInfo Read() {
    if (!json_.is_object())
      Refuse("study", DescribeJson(json_), "an object, as zipflens study writes it");
    int format = 0;
    ReadMember("format", format);
    if (format != kStudyFormat) {
      Refuse("format", std::to_string(format),
             fmt::format("{}; {} version of zipflens made this study, so make it again",
                         kStudyFormat, format < kStudyFormat ? "an older" : "a newer"));
    }
    WrittenOptions written;
    VisitMembers(info_, written,
                 [this](const char* name, auto& member) { ReadMember(name, member); });
    for (const std::string& name : written.excluded_classes) {
      RequireOneOf("excluded_classes", name, {"special", "punctuation"});
    }
    if ((written.counts_source == CountSource::kCorpus) != written.counts.empty()) {
      Refuse("counts_source", "\"" + NameOf(written.counts_source) + "\"",
             written.counts.empty() ? "\"corpus\", as counts_name is empty"
                                    : "another than \"corpus\", as counts_name names one");
    }
    FromWritten(written, info_.options);
    info_.options.num_sequences = info_.num_sequences;
    info_.options.sequence_length = info_.sequence_length;
    CheckShape();
    CheckBatch();
    CheckLayers();
    CheckLeftOut();
    return info_;
  }

 private:
  [[noreturn]] void Refuse(const std::string& name, const std::string& found,
                           const std::string& expected) const {
    throw InputError({.source = source_, .place = name, .found = found, .expected = expected});
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
  void ReadMember(const char* name, Smoothing& member) const {
    ReadEnum(name, kSmoothings, member);
  }
  void ReadMember(const char* name, Precision& member) const {
    ReadEnum(name, kPrecisions, member);
  }
  void ReadMember(const char* name, CountSource& member) const {
    ReadEnum(name, kCountSources, member);
  }
  void ReadMember(const char* name, NullKind& member) const { ReadEnum(name, kNullKinds, member); }
  void ReadMember(const char* name, BatchChoice& member) const {
    ReadEnum(name, kBatchChoices, member);
  }

  template <typename Enum, std::size_t kCount>
  void ReadEnum(const char* name, const std::array<Enum, kCount>& values, Enum& member) const {
    std::string text;
    ReadMember(name, text);
    std::vector<std::string> names;
    names.reserve(kCount);
    for (const Enum value : values) names.push_back(NameOf(value));
    RequireOneOf(name, text, names);
    member = values[std::ranges::find(names, text) - names.begin()];
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
  void ReadMember(const char* name, std::vector<std::size_t>& member) const {
    Assign(
        name, Member(name), "a list of whole numbers from 0 up",
        [](const Json& v) { return v.is_array() && std::all_of(v.begin(), v.end(), IsUnsigned); },
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
    if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= kLargestInt;
    return value.is_number_integer() &&
           value.get<std::int64_t>() >= std::numeric_limits<int>::min() &&
           value.get<std::int64_t>() <= std::numeric_limits<int>::max();
  }
  static bool IsUnsigned(const Json& value) { return value.is_number_unsigned(); }
  static bool IsTexts(const Json& value) {
    return value.is_array() &&
           std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_string(); });
  }

  template <typename Check, typename T>
  void Assign(const char* name, const Json& value, const char* expected, const Check& check,
              T& member) const {
    if (!check(value)) Refuse(name, DescribeJson(value), expected);
    value.get_to(member);
  }

  void RequireRange(const char* name, std::size_t value, std::size_t lowest,
                    std::size_t highest) const {
    RequireRange(name, Real(value), Real(lowest), Real(highest));
  }
  // For products of sizes, which may exceed 2^64.
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
    RequireRange("hidden_size", shape.hidden_size, shape.num_heads * shape.head_size,
                 shape.num_heads * shape.head_size);
    RequireRange("intermediate_size", shape.intermediate_size, 1, kLargestInt);
    RequireRange("max_position_embeddings", shape.max_position_embeddings, 1, kLargestInt);
  }

  void CheckBatch() const {
    RequireRange("num_sequences", info_.num_sequences, 1, kLargestInt);
    RequireRange("sequence_length", info_.sequence_length, 2, info_.shape.max_position_embeddings);
    RequireRange("num_bins", info_.options.num_bins, 1, kLargestInt);
    RequireRange("skipped_positions", info_.options.skip_positions, 0, info_.sequence_length - 2);
    RequireResamples("num_permutations", info_.options.num_permutations);
    RequireResamples("num_resamples", info_.options.num_resamples);
    RequireRange("num_null_draws", info_.options.num_null_draws, 0, kMostNullDraws);
  }

  void RequireResamples(const char* name, std::size_t value) const {
    if (value > 0) RequireRange(name, value, kFewestResamples, kMostResamples);
  }

  /// Throws unless `values`, of int or std::size_t, are ascending within [0, end).
  template <typename T>
  void RequireAscending(const char* name, const std::vector<T>& values, std::size_t end) const {
    double lowest = 0;
    for (const T value : values) {
      const auto number = static_cast<double>(value);
      RequireRange(name, number, lowest, Real(end) - 1);
      lowest = number + 1;
    }
  }

  void RequireStudied(const char* name, int layer) const {
    if (std::find(info_.options.layers.begin(), info_.options.layers.end(), layer) !=
        info_.options.layers.end())
      return;
    Refuse(name, std::to_string(layer),
           fmt::format("one of the layers studied ({})", fmt::join(info_.options.layers, ", ")));
  }

  void CheckLayers() const {
    if (info_.options.layers.empty()) Refuse("layers", "none", "at least one");
    RequireAscending("layers", info_.options.layers, info_.shape.num_layers);
    RequireStudied("scatter_layer", info_.options.scatter_layer);
    RequireStudied("profile_layer", info_.options.profile_layer);
    if (info_.adjustment_layers.empty()) Refuse("adjustment_layers", "none", "at least one");
    RequireAscending("adjustment_layers", info_.adjustment_layers, info_.shape.num_layers);
    for (const int layer : info_.adjustment_layers) RequireStudied("adjustment_layers", layer);
    RequireAscending("merged_sequences", info_.merged_sequences, info_.num_sequences);
  }

  void CheckLeftOut() const {
    const double length = Real(info_.sequence_length);
    const double num_tokens = Real(info_.num_sequences) * length;
    RequireRange("left_out_tokens", Real(info_.left_out_tokens), 0, num_tokens);
    RequireRange("left_out_pairs", Real(info_.left_out_pairs), 0, num_tokens * length);
    RequireRange("empty_bins", Real(info_.empty_bins), 0,
                 Real(info_.num_sequences) * Real(info_.options.num_bins));
    double num_by_reason = 0;
    for (const auto& [reason, num] : info_.left_out_by_reason) {
      num_by_reason += Real(num);
    }
    RequireRange("left_out_by_reason", num_by_reason, Real(info_.left_out_tokens),
                 Real(info_.left_out_tokens));
  }

  void RequireOneOf(const char* name, const std::string& value,
                    const std::vector<std::string>& known) const {
    if (std::find(known.begin(), known.end(), value) != known.end()) return;
    Refuse(name, "\"" + value + "\"", fmt::format("one of \"{}\"", fmt::join(known, "\", \"")));
  }

  const Json& json_;
  const std::string& source_;
  StudyInfo info_;
};

}  // namespace

Json StudyInfoJson(const StudyInfo& info) {
  Json json = {{"format", kStudyFormat}};
  const WrittenOptions written = ToWritten(info);
  VisitMembers(info, written, [&json](const char* name, const auto& member) {
    if constexpr (std::is_enum_v<std::decay_t<decltype(member)>>) {
      json[name] = NameOf(member);
    } else {
      json[name] = member;
    }
  });
  return json;
}

StudyInfo ParseStudyInfo(const Json& json, const std::string& source) {
  return InfoReader(json, source).Read();
}

}  // namespace zipflens
