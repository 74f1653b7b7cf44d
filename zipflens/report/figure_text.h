// Words and small sums that several figures share.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/study/study.h"

namespace zipflens {

inline constexpr const char* kLogProportionLabel = "log-proportion (natural log)";
inline constexpr const char* kPairLabel = "pair log-proportion u (natural log)";

/// "12,345".
std::string CountText(std::uint64_t count);

/// "0.55", with a true minus sign; "not defined" for NaN.
std::string RText(double r);

/// "1 sequence", "64 sequences".
std::string Counted(std::uint64_t count, const std::string& singular);

/// Model, corpus, B and S, and then `remarks`; long names are shortened in their middle.
std::string Footnote(const StudyInfo& info, const std::vector<std::string>& remarks);

/// What is said under a layer whose lines or points are piled (ArePiled); `hues`: a colour each.
std::string PiledRemark(bool hues);

/// Has only some of a large image's rows and columns drawn, about as many as can be seen: more make
/// files of megabytes. Returns what to say of it, "1 in 8 sequences is drawn"; empty: all are.
std::string ThinOut(const std::string& what, Image& image);

/// What was left out of the pair statistics: uncounted tokens, merged and empty bins. Empty if
/// nothing was.
std::vector<std::string> PairRemarks(const StudyInfo& info);

/// "12 batch tokens never counted are left out"; no element if there is none.
std::vector<std::string> TokenRemarks(const StudyInfo& info);

/// "Left out: 1.2 % of the batch's tokens and 2.4 % of its pairs."; empty if nothing was.
std::string LeftOutSentence(const StudyInfo& info);

/// What a null is, in words: "the same with the tokens of each sequence in random order".
std::string NullText(NullKind kind);

/// Median of the finite values; NaN if there is none.
double Median(std::vector<double> values);

/// Pearson's r over the pairs in which both values are finite; NaN where it is not defined. For
/// what a scatter shows, not for the study's own numbers.
double ShownCorrelation(std::span<const double> x, std::span<const double> y);

/// Means of x and of y in `num_bins` groups of about equal size along x; equal x are never
/// separated. Pairs that are not finite are left out.
struct BinnedLine {
  std::vector<double> x;
  std::vector<double> y;
};
BinnedLine EqualCountMeans(std::span<const double> x, std::span<const double> y, int num_bins);

/// The colour bar of depth: the same range in every figure of a model, whatever layers were
/// studied. Not shown for a model of one layer.
ColourBar DepthBar(const StudyInfo& info, bool shown);

/// The axis of layers, and the axis of r: -1 to 1 with its zero line.
Axis LayerAxis(const StudyInfo& info);
Axis CorrelationAxis(const std::string& label);

/// r by layer: a thin line, a point a layer coloured by depth, the extremes labelled, and a band
/// where there are confidence intervals. The panel needs a depth bar.
void AddLayerCorrelations(const std::vector<Correlation>& correlations, Panel& panel);

/// The r of a measure by layer under the study's null, in grey: a band where there are intervals,
/// else a dashed line. Nothing where the study has no null.
void AddNullCorrelations(const Study& result, Measure measure, const std::string& name,
                         Panel& panel);

}  // namespace zipflens
