// Summaries read back from the scratch file are those that were written, regrouped.
#include "zipflens/analysis/score_scratch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

ScoreSummary SummaryOf(double value, std::size_t num_bins) {
  ScoreSummary summary;
  summary.sums.num_pairs = static_cast<std::uint64_t>(value) + 100;
  summary.sums.mean = value;
  summary.sums.products[3] = value + 0.5;
  summary.sums.key_only_products = -value;
  summary.bins.mean.assign(num_bins, value + 1);
  summary.bins.std.assign(num_bins, value + 2);
  summary.centred_bins.mean.assign(num_bins, value + 3);
  summary.centred_bins.std.assign(num_bins, value + 4);
  return summary;
}

TEST(ScoreScratch, RegroupsByLayerAndHeadAndRemovesItsFile) {
  const auto path = std::filesystem::path(testing::TempDir()) / "regroups.scratch";
  {
    const ScoreScratch scratch(path, /*num_slots=*/3, /*num_sequences=*/4, /*num_bins=*/2);
    for (std::size_t sequence_idx = 0; sequence_idx < 4; ++sequence_idx) {
      for (std::size_t slot = 0; slot < 3; ++slot) {
        const std::size_t num_bins = sequence_idx == 2 ? 1 : 2;  // merged edges
        const auto value = static_cast<double>(10 * slot + sequence_idx);
        scratch.Write(slot, sequence_idx, SummaryOf(value, num_bins));
      }
    }
    EXPECT_TRUE(std::filesystem::exists(path));
    for (std::size_t slot = 0; slot < 3; ++slot) {
      const HeadSummaries found = scratch.Read(slot);
      ASSERT_EQ(found.sums.size(), 4U);
      ASSERT_EQ(found.centred_std.size(), 8U);
      for (std::size_t sequence_idx = 0; sequence_idx < 4; ++sequence_idx) {
        const auto value = static_cast<double>(10 * slot + sequence_idx);
        EXPECT_EQ(found.sums[sequence_idx].num_pairs, 100 + 10 * slot + sequence_idx);
        EXPECT_EQ(found.sums[sequence_idx].products[3], value + 0.5);
        EXPECT_EQ(found.sums[sequence_idx].key_only_products, -value);
        if (sequence_idx == 2) {
          EXPECT_TRUE(std::isnan(found.mean[4]) && std::isnan(found.centred_std[5]));
          continue;
        }
        EXPECT_EQ(found.mean[2 * sequence_idx], value + 1);
        EXPECT_EQ(found.std[2 * sequence_idx + 1], value + 2);
        EXPECT_EQ(found.centred_mean[2 * sequence_idx], value + 3);
        EXPECT_EQ(found.centred_std[2 * sequence_idx + 1], value + 4);
      }
    }
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ScoreScratch, RefusesAPlaceThatCannotBeWritten) {
  EXPECT_THROW(ScoreScratch("/nowhere/at/all", 1, 1, 1), OutputError);
}

}  // namespace
}  // namespace zipflens
