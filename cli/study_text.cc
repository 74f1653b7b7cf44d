#include "cli/study_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/terminal.h"
#include "zipflens/base/safe_text.h"

namespace zipflens::cli {
namespace {

constexpr std::size_t kLongestValue = 160;  // bytes shown of a field of a record

// null for NaN, which JSON does not have.
nlohmann::ordered_json OrNull(double value) {
  if (std::isnan(value)) return nullptr;
  return value;
}

}  // namespace

std::string CorpusText(const CorpusInfo& info,
                       const std::vector<std::pair<std::string, std::string>>& record) {
  std::string text = fmt::format(
      "Corpus: {}{} ({}, {} bytes)\n", SafeText(info.files.front().string()),
      info.files.size() > 1 ? fmt::format(" and {} more files", info.files.size() - 1) : "",
      info.format, WithCommas(info.num_bytes));
  if (info.num_rows) text += fmt::format("  rows:    {}\n", WithCommas(*info.num_rows));
  text +=
      fmt::format("  columns: {}\n", SafeText(fmt::format("{}", fmt::join(info.columns, ", "))));
  text += "  record 0:\n";
  for (const auto& [column, value] : record) {
    text += fmt::format("    {}: {}\n", SafeText(column, kLongestValue),
                        SafeText(value, kLongestValue));
  }
  return text;
}

std::string ModelText(const ModelConfig& config) {
  const FamilyNames& names = NamesOf(config.family);
  const std::string linear = fmt::format("Linear {0} -> {0}, bias", config.hidden_size);
  std::string text = fmt::format(
      "Model: {}, {} transformer layers with dimensionality {},\n"
      "       {} attention heads with dimensionality {}.\n"
      "  {}N\n",
      names.model_type, config.num_hidden_layers, config.hidden_size, config.num_attention_heads,
      config.head_size(), names.layer_prefix);
  const auto append = [&](std::string_view module, const std::string& what, std::string_view use) {
    text += fmt::format("    {:26} {}{}\n", module, what, use);
  };
  append(names.layer.query, linear,
         fmt::format("  > scores: query . key / sqrt({})", config.head_size()));
  append(names.layer.key, linear, "  > (parts 5 and 6)");
  append(names.layer.value, linear, "");
  append(names.layer.attention_output, linear, "  > attention outputs (part 4)");
  append(names.layer.attention_norm,
         fmt::format("LayerNorm {}, eps {:g}", config.hidden_size, config.layer_norm_eps), "");
  return text;
}

std::string CountsText(const CorpusPass& pass, const Tokenizer& tokenizer, std::size_t num_top) {
  std::string text = fmt::format("Tokens: {} tokens after {} documents; the first text has {}.\n",
                                 WithCommas(pass.counts.total), WithCommas(pass.documents_counted),
                                 WithCommas(pass.first_document_tokens));
  text += "Most frequent tokens:\n";
  for (const std::int32_t id : MostFrequent(pass.counts, num_top)) {
    text += fmt::format("  {:>9} occurrences of \"{}\"\n", WithCommas(pass.counts.counts[id]),
                        SafeText(tokenizer.Token(id)));
  }
  return text;
}

nlohmann::ordered_json StudyJson(const Study& result, const std::filesystem::path& folder) {
  nlohmann::ordered_json correlations = nlohmann::ordered_json::array();
  for (const Correlation& row : result.correlations) {
    if (row.sequence >= 0 || row.head >= 0) continue;
    correlations.push_back({{"measure", MeasureName(row.measure)},
                            {"layer", row.layer},
                            {"head", row.head},
                            {"estimate", OrNull(row.estimate)},
                            {"lower", OrNull(row.lower)},
                            {"upper", OrNull(row.upper)},
                            {"p", OrNull(row.p)},
                            {"q", OrNull(row.q)},
                            {"n", row.n},
                            {"method", MethodName(row.method)},
                            {"counts", CountSourceName(row.counts)}});
  }
  nlohmann::ordered_json explained = nlohmann::ordered_json::array();
  for (const Explained& row : result.explained) {
    if (row.head >= 0) continue;
    explained.push_back({{"response", ResponseName(row.response)},
                         {"terms", FrequencyTermsName(row.terms)},
                         {"layer", row.layer},
                         {"head", row.head},
                         {"estimate", OrNull(row.estimate)},
                         {"lower", OrNull(row.lower)},
                         {"upper", OrNull(row.upper)},
                         {"n", row.n},
                         {"counts", CountSourceName(row.counts)}});
  }
  return {{"folder", folder.string()},
          {"tokens_counted", result.info.tokens_counted},
          {"documents_counted", result.info.documents_counted},
          {"num_sequences", result.info.num_sequences},
          {"sequence_length", result.info.sequence_length},
          {"correlations", std::move(correlations)},
          {"explained", std::move(explained)},
          {"warnings", result.info.warnings}};
}

}  // namespace zipflens::cli
