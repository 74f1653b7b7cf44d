// Axes, lines and small computations that several figures share.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/study/study.h"

namespace zipflens {

/// Median of the finite values. NaN if there are none.
double Median(std::vector<double> values);

/// Pearson's r over the pairs in which both values are finite. NaN if it is not defined. It is for
/// the points that a scatter shows; the study's own numbers come from its tables.
double ShownCorrelation(std::span<const double> x, std::span<const double> y);

/// Means of x and of y in `num_bins` bins of about equal count along x. Equal x are never
/// separated. Pairs that are not finite are left out.
struct BinnedLine {
  std::vector<double> x;
  std::vector<double> y;
};
BinnedLine EqualCountMeans(std::span<const double> x, std::span<const double> y,
                           std::size_t num_bins);

/// The last of `num` places that count from 0, as the end of an axis; 0 if there is none.
double LastOf(std::size_t num);

/// The letter of a panel: "A" for the first.
std::string PanelLetter(std::size_t panel_idx);

/// The colour bar of layers. Its range is the same in every figure of a model, whichever layers
/// were studied. It is not shown for a model of one layer.
ColourBar DepthBar(const StudyInfo& info, bool shown);

/// The axis of layers, and the axis of r from -1 to 1 with a line at zero.
Axis LayerAxis(const StudyInfo& info);
Axis CorrelationAxis(const std::string& label);

/// Adds r by layer: a thin line, one point per layer coloured by depth, labels at the extremes, and
/// a band if there are confidence intervals. The panel needs a DepthBar.
void AddLayerCorrelations(const std::vector<Correlation>& correlations, Panel& panel);

/// Adds the r of a measure by layer under the study's null hypothesis, in grey: a band that holds
/// the central 95 % of the draws, or a dashed line if there is one draw. Adds nothing if the study
/// has no null hypothesis.
void AddNullCorrelations(const Study& result, Measure measure, const std::string& name,
                         Panel& panel);

}  // namespace zipflens
