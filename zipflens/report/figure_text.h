// Texts that several figures share.
#pragma once

#include <cstdint>
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

/// Model, corpus, B and S, and then `remarks`. Long names are shortened in the middle.
std::string Footnote(const StudyInfo& info, const std::vector<std::string>& remarks);

/// The remark for a raster whose lines or points lie on each other (ArePiled). `hues`: each
/// sequence has a colour of its own.
std::string PiledRemark(bool hues);

/// Sets the steps of a large image so that only about as many rows and columns are drawn as can be
/// seen; more would make files of megabytes. Returns a remark such as "1 in 8 sequences is drawn",
/// or an empty string if all are drawn.
std::string ThinOut(const std::string& what, Image& image);

/// Remarks on what was left out of the pair statistics: tokens, merged bins and empty bins. Empty
/// if nothing was left out.
std::vector<std::string> PairRemarks(const StudyInfo& info);

/// "Left out: 12 of 240 batch tokens (5.0 %): 12 never counted". Empty if no token was left out.
std::vector<std::string> TokenRemarks(const StudyInfo& info);

/// "Left out: 1.2 % of the batch's tokens and 2.4 % of its pairs." Empty if nothing was left out.
std::string LeftOutSentence(const StudyInfo& info);

/// A null hypothesis in words: "the tokens of each sequence in random order".
std::string NullText(NullKind kind);

}  // namespace zipflens
