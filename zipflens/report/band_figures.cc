// Figure part6_bands: bin means of a few layers, with intervals over sequences.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "zipflens/base/numbers.h"
#include "zipflens/report/figure_parts.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/part_figures.h"

namespace zipflens {
namespace {

constexpr std::size_t kMostShown = 4;

/// Indices of the layers that are shown: the first, the last, and some evenly spaced between them.
std::vector<std::size_t> ShownPlaces(std::size_t num_layers) {
  std::vector<std::size_t> places;
  const std::size_t num_shown = std::min(num_layers, kMostShown);
  for (std::size_t i = 0; i < num_shown; ++i) {
    places.push_back(num_shown == 1 ? 0 : i * (num_layers - 1) / (num_shown - 1));
  }
  return places;
}

const LayerProfile* OfLayer(const std::vector<LayerProfile>& profiles, int layer) {
  const auto found = std::find_if(profiles.begin(), profiles.end(),
                                  [&](const LayerProfile& p) { return p.layer == layer; });
  return found == profiles.end() ? nullptr : &*found;
}

bool HasBand(const LayerProfile& profile) {
  return profile.lower.size() == profile.centre.size() &&
         std::any_of(profile.lower.begin(), profile.lower.end(),
                     [](double value) { return std::isfinite(value); });
}

void AddProfile(const LayerProfile& profile, const std::string& name, bool is_null, Panel& panel) {
  Series line{.name = name, .mark = is_null ? Mark::kDashedLine : Mark::kLine};
  line.x = profile.centre;
  line.y = profile.mean;
  line.colour = Colour::kGrey;
  line.size = is_null ? 0.7 : 1.1;
  Series band{.name = name + ", 95\u00a0% interval", .mark = Mark::kBand};
  band.x = profile.centre;
  band.lower = profile.lower;
  band.upper = profile.upper;
  band.colour = Colour::kGrey;
  band.opacity = 0.3;
  if (!is_null) line.colour_value = band.colour_value = profile.layer;
  if (HasBand(profile)) panel.series.push_back(std::move(band));
  panel.series.push_back(std::move(line));
}

/// "r = 0.95 (pairs 0.03)".
std::string TitleText(const Study& result, Measure bins, Measure pairs, int layer) {
  const auto r = [&](Measure measure) {
    for (const Correlation& row : result.ByLayer(measure)) {
      if (row.layer == layer) return RText(row.estimate);
    }
    return std::string("\u2013");
  };
  return fmt::format("r = {} (pairs\u00a0{})", r(bins), r(pairs));
}

struct Row {
  std::vector<LayerProfile> Study::*profiles;
  Measure bins;   // measures of correlations.parquet
  Measure pairs;  // measures of correlations.parquet
  const char* y_label;
};

Panel BandPanel(const Study& result, const Row& row, const LayerProfile& profile) {
  Panel panel;
  panel.title = fmt::format("layer {}: ", profile.layer) +
                TitleText(result, row.bins, row.pairs, profile.layer);
  panel.x.label = "u (natural log)";
  panel.y.zero_line = true;
  panel.colour_bar = DepthBar(result.info, /*shown=*/false);
  if (result.null_study != nullptr) {
    const auto& null_profiles = *result.null_study.*row.profiles;
    const LayerProfile* under_null = OfLayer(null_profiles, profile.layer);
    if (under_null != nullptr) AddProfile(*under_null, "null", /*is_null=*/true, panel);
  }
  AddProfile(profile, "mean", /*is_null=*/false, panel);
  return panel;
}

}  // namespace

Figure MakePart6Bands(const Study& result) {
  const Row rows[] = {{&Study::layer_profiles, Measure::kBinMean, Measure::kPair, "mean score"},
                      {&Study::row_centred_profiles, Measure::kBinMeanRowCentred,
                       Measure::kPairRowCentred, "mean row-centred score"}};
  Figure figure;
  figure.name = "part6_bands";
  figure.grid_rows = 0;
  bool has_band = false;
  for (const Row& row : rows) {
    const std::vector<LayerProfile>& profiles = result.*row.profiles;
    // A row of the grid is drawn only if it has all its panels.
    if (profiles.empty() || profiles.size() != result.layer_profiles.size()) continue;
    for (const std::size_t place : ShownPlaces(profiles.size())) {
      Panel panel = BandPanel(result, row, profiles[place]);
      panel.letter = PanelLetter(figure.panels.size());
      if (place == 0) panel.y.label = row.y_label;
      has_band = has_band || HasBand(profiles[place]);
      figure.panels.push_back(std::move(panel));
    }
    ++figure.grid_rows;
  }
  if (figure.panels.empty()) {
    figure.panels.push_back({.title = "no layer has bins"});
    figure.grid_rows = 1;
  }
  figure.grid_cols = figure.panels.size() / figure.grid_rows;
  if (figure.grid_cols == 1) figure.width_mm = 85;
  figure.height_mm = 14 + 52 * Real(figure.grid_rows);
  std::vector<std::string> remarks = {
      has_band ? "Bands: 95\u00a0% intervals of the means, t over sequences"
               : "This study has no intervals of bin means",
      "r is over bins; in brackets, over pairs"};
  if (result.null_study != nullptr) {
    remarks.push_back("Grey: the null, " + NullText(result.null_study->info.null_kind));
  }
  for (const std::string& remark : PairRemarks(result.info)) remarks.push_back(remark);
  figure.footnote = Footnote(result.info, remarks);
  figure.caption =
      "Mean attention score in bins of pair log-proportion u, for layers from the first to the "
      "last, with 95 % intervals over sequences. The upper row shows the scores; the lower row "
      "shows the scores minus the mean of their row, which is all that softmax sees. A narrow "
      "band says that other texts of the same kind would give about the same averages. It does "
      "not say that single pairs follow them: compare r over bins with r over pairs.";
  return figure;
}

}  // namespace zipflens
