// MakeReportPage (report.h): parameters, warnings, numbers, figures.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <utility>

#include "zipflens/figures/ticks.h"
#include "zipflens/report/evidence_section.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/html.h"
#include "zipflens/report/page_style.h"
#include "zipflens/report/report.h"
#include "zipflens/study/control_summary.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostInlineSvg = 400'000;  // bytes; a larger figure is shown as PNG
constexpr std::size_t kTopTokens = 20;

std::string ReadWhole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string Row(const std::string& name, const std::string& value) {
  return fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", EscapedHtml(name), EscapedHtml(value));
}

std::string LayerList(const StudyInfo& info) {
  if (info.options.layers.size() == info.shape.num_layers) {
    return fmt::format("all {}", info.shape.num_layers);
  }
  std::string list;
  for (const int layer : info.options.layers)
    list += (list.empty() ? "" : ", ") + std::to_string(layer);
  return list;
}

std::string Facts(const StudyInfo& info) {
  std::string out = "<h2>What was studied</h2>\n<div class=\"wide\"><table class=\"facts\">\n";
  out += Row("Model", info.model_name());
  out +=
      Row("Shape", fmt::format("{} layers, {} heads, hidden size {}, head size {}, {} token types",
                               info.shape.num_layers, info.shape.num_heads, info.shape.hidden_size,
                               info.shape.head_size, CountText(info.shape.vocab_size)));
  out += Row("Corpus", info.corpus_name());
  out += Row("Counted", fmt::format("{} of {} (target {})", Counted(info.tokens_counted, "token"),
                                    Counted(info.documents_counted, "document"),
                                    CountText(info.options.target_tokens)));
  out += Row("Batch", fmt::format("B = {} sequences of S = {} tokens", info.num_sequences,
                                  info.sequence_length));
  out += Row("Layers", LayerList(info));
  out += Row("Bins", std::to_string(info.options.num_bins));
  out += Row("Tokens never counted", SmoothingName(info.options.smoothing));
  out += Row("Precision", PrecisionName(info.options.precision));
  out += Row("zipflens", info.version);
  return out + "</table></div>\n";
}

std::string Items(const std::vector<std::string>& lines) {
  std::string out = "<ul>\n";
  for (const std::string& line : lines) out += "<li>" + EscapedHtml(line) + "</li>\n";
  return out + "</ul>\n";
}

std::string Warnings(const StudyInfo& info, const NotDrawn& not_drawn) {
  std::vector<std::string> lines = info.warnings;
  for (std::string& sentence : NotDrawnSentences(not_drawn)) lines.push_back(std::move(sentence));
  return lines.empty() ? "" : "<h2>Warnings</h2>\n" + Items(lines);
}

std::string LeftOut(const StudyInfo& info) {
  std::vector<std::string> lines = {
      "Position 0 of every sequence is in no correlation of part 4; part4a draws it as crosses.",
      BatchSentence(info)};
  for (const std::string& remark : TokenRemarks(info)) lines.push_back(remark + ".");
  for (const std::string& remark : PairRemarks(info)) lines.push_back(remark + ".");
  if (!info.merged_sequences.empty()) {
    std::string list;
    for (const std::size_t sequence : info.merged_sequences) {
      list += (list.empty() ? "" : ", ") + std::to_string(sequence);
    }
    lines.push_back("Sequences with merged bins: " + list + ".");
  }
  return "<h2>What was left out</h2>\n" + Items(lines);
}

// The shares are those of docs/statistics.md, "How the tests were tested".
constexpr const char* kEvidenceNote =
    "<div class=\"note\" role=\"note\">\n<p><strong>How to read these numbers.</strong> The "
    "correlations of parts 5 and 6 are over <em>means of bins</em>. They say how straight a "
    "profile is, not how strong a relation is: in simulation, where frequency plays no part, half "
    "of "
    "them are above 0.79 in size.</p>\n<p>The points are not independent either, because a token "
    "type occurs many times: in the same simulation, naive tests of these numbers reject in 79 to "
    "97&nbsp;% of cases instead of the promised 5&nbsp;% (<code>build/calibration 1000 0 0 "
    "2</code>). "
    "Read them as descriptions of this text and this model.</p>\n</div>\n";

constexpr Measure kMeasures[] = {Measure::kLogNorm, Measure::kBinMean, Measure::kBinStd};

std::string EstimateText(const Correlation& correlation) {
  std::string text = NumberText(correlation.estimate, 3);
  if (!std::isnan(correlation.lower) && !std::isnan(correlation.upper)) {
    text += fmt::format(" [{}, {}]", NumberText(correlation.lower, 2),
                        NumberText(correlation.upper, 2));
  }
  return text;
}

std::string LayerTable(const Study& result) {
  std::map<int, std::map<Measure, const Correlation*>> rows;
  std::vector<std::vector<Correlation>> by_measure;
  for (Measure measure : kMeasures) by_measure.push_back(result.ByLayer(measure));
  for (const auto& correlations : by_measure) {
    for (const Correlation& row : correlations) rows[row.layer][row.measure] = &row;
  }
  std::string out =
      "<h2>Correlations by layer</h2>\n<p class=\"soft\">Pearson\u2019s r. Part 4: log-proportion "
      "with the log norm of the attention output, over tokens. Part 6: pair log-proportion with "
      "the mean and with the standard deviation of the attention scores, over bins.</p>\n"
      "<div class=\"wide\"><table>\n<thead><tr><th>layer</th><th>part 4: norm</th><th>n</th>"
      "<th>part 6: mean of bins</th><th>part 6: std of bins</th>"
      "<th>bins</th></tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    const auto cell = [&row](Measure measure, bool count) -> std::string {
      const auto found = row.second.find(measure);
      if (found == row.second.end()) return "\u2013";
      return count ? CountText(found->second->n) : EstimateText(*found->second);
    };
    out +=
        fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                    row.first, cell(Measure::kLogNorm, false), cell(Measure::kLogNorm, true),
                    cell(Measure::kBinMean, false), cell(Measure::kBinStd, false),
                    cell(Measure::kBinMean, true));
  }
  return out + "</tbody></table></div>\n";
}

/// The most frequent tokens, in the order of part 1: by count, then by id.
std::string TopTokens(const Study& result) {
  std::vector<std::size_t> ids(result.counts.size());
  std::iota(ids.begin(), ids.end(), std::size_t{0});
  const std::size_t num_shown = std::min(kTopTokens, ids.size());
  std::partial_sort(
      ids.begin(), ids.begin() + num_shown, ids.end(), [&](std::size_t a, std::size_t b) {
        return result.counts[a] != result.counts[b] ? result.counts[a] > result.counts[b] : a < b;
      });
  std::string out =
      "<h2>The most frequent tokens</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>token</th>"
      "<th>id</th><th>count</th><th>share</th></tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < num_shown; ++i) {
    const std::size_t id = ids[i];
    if (result.counts[id] == 0) break;
    const std::string token = id < result.tokens.size() ? result.tokens[id] : "";
    const double share = id < result.proportions.size() ? result.proportions[id] : 0.0;
    out += fmt::format(
        "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{:.2f}\u00a0%</td></tr>\n",
        EscapedHtml(token), id, CountText(result.counts[id]), 100 * share);
  }
  return out + "</tbody></table></div>\n";
}

/// `not_drawn`: the reason if there is no picture, else empty.
std::string FigureElement(const Figure& figure, const fs::path& folder,
                          const std::string& not_drawn) {
  const std::string svg = ReadWhole(folder / (figure.name + ".svg"));
  const std::string png = ReadWhole(folder / (figure.name + ".png"));
  const bool use_png = !png.empty() && (svg.empty() || svg.size() > kMostInlineSvg);
  std::string picture = "<p class=\"soft\">This figure was drawn neither as SVG nor as PNG.</p>\n";
  if (use_png || !svg.empty()) {
    picture = fmt::format("<img src=\"{}\" width=\"{:.0f}\" height=\"{:.0f}\" alt=\"{}\">\n",
                          use_png ? DataUri("image/png", png) : DataUri("image/svg+xml", svg),
                          figure.width_mm / 25.4 * 96, figure.height_mm / 25.4 * 96,
                          EscapedHtml(figure.caption));
  }
  if (!not_drawn.empty()) {
    picture =
        "<div class=\"note\" role=\"note\">\n<p><strong>This figure was not drawn.</strong> " +
        EscapedHtml(not_drawn) + "</p>\n</div>\n";
  }
  std::string warnings;
  for (const std::string& warning : figure.warnings) {
    warnings += "<p><strong>Warning.</strong> " + EscapedHtml(warning) + "</p>\n";
  }
  if (!warnings.empty()) {
    picture += "<div class=\"note\" role=\"note\">\n" + warnings + "</div>\n";
  }
  return fmt::format(
      "<figure id=\"{0}\"{1}>\n{2}<figcaption><strong>{0}.</strong> {3}</figcaption>\n</figure>\n",
      EscapedHtml(figure.name), figure.width_mm < 120 ? " class=\"narrow\"" : "", picture,
      EscapedHtml(figure.caption));
}

}  // namespace

std::string MakeReportPage(const Study& result, const std::vector<Figure>& figures,
                           const std::filesystem::path& figures_folder, const NotDrawn& not_drawn) {
  const StudyInfo& info = result.info;
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += fmt::format("<title>zipflens: {}</title>\n<style>{}</style>\n</head>\n<body>\n",
                     EscapedHtml(info.model_name()), kPageStyle);
  out += fmt::format(
      "<h1>Token frequency in the attention of {}</h1>\n<p class=\"soft\">{} from {}. The six "
      "parts follow project 39 of Mike X Cohen\u2019s <em>50 ML projects to understand "
      "LLMs</em>, here called the notebook.</p>\n",
      EscapedHtml(info.model_name()),
      Counted(info.num_sequences, "sequence") + " of " + Counted(info.sequence_length, "token"),
      EscapedHtml(info.corpus_name()));
  out += kEvidenceNote;
  out += Warnings(info, not_drawn) + Facts(info) + LayerTable(result) + EvidenceSection(result) +
         LeftOut(info);
  out += "<h2>Figures</h2>\n";
  for (const Figure& figure : figures) {
    const auto reason = not_drawn.find(figure.name);
    out += FigureElement(figure, figures_folder, reason == not_drawn.end() ? "" : reason->second);
  }
  return out + TopTokens(result) + "</body>\n</html>\n";
}

}  // namespace zipflens
