// Tests the notebook's layers in models of any depth.
#include "zipflens/study/study_layers.h"

#include <gtest/gtest.h>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

TEST(ResolveLayers, GivesTheNotebooksLayersForBertLarge) {
  const StudyLayers layers = ResolveLayers(StudyOptions(), 24);
  EXPECT_EQ(layers.studied.size(), 24U);
  EXPECT_EQ(layers.scatter_layer, 5);
  EXPECT_EQ(layers.profile_layer, 7);
  EXPECT_EQ(layers.adjustments, (std::vector<int>{0, 12, 23}));
}

TEST(ResolveLayers, ScalesToOtherDepths) {
  EXPECT_EQ(ResolveLayers(StudyOptions(), 6).scatter_layer, 1);   // floor(42 / 24)
  EXPECT_EQ(ResolveLayers(StudyOptions(), 6).profile_layer, 2);   // floor(54 / 24)
  EXPECT_EQ(ResolveLayers(StudyOptions(), 12).scatter_layer, 3);  // floor(72 / 24)
  EXPECT_EQ(ResolveLayers(StudyOptions(), 12).profile_layer, 4);  // floor(96 / 24)
  const StudyLayers one = ResolveLayers(StudyOptions(), 1);
  EXPECT_EQ(one.scatter_layer, 0);
  EXPECT_EQ(one.profile_layer, 0);
  EXPECT_EQ(one.adjustments, (std::vector<int>{0}));
}

TEST(ResolveLayers, TakesTheNearestStudiedLayer) {
  StudyOptions config;
  config.layers = {9, 3, 3};
  const StudyLayers layers = ResolveLayers(config, 24);
  EXPECT_EQ(layers.studied, (std::vector<int>{3, 9}));
  EXPECT_EQ(layers.scatter_layer, 3);
  EXPECT_EQ(layers.profile_layer, 9);
  EXPECT_EQ(layers.adjustments, (std::vector<int>{3, 9}));
}

TEST(ResolveLayers, RefusesLayersThatAreNotThere) {
  StudyOptions config;
  config.layers = {0, 6};
  EXPECT_THROW(ResolveLayers(config, 6), UsageError);
  config.layers = {0};
  config.scatter_layer = 2;
  EXPECT_THROW(ResolveLayers(config, 6), UsageError);
  config.scatter_layer = 0;
  config.profile_layer = 17;
  EXPECT_THROW(ResolveLayers(config, 6), UsageError);
}

}  // namespace
}  // namespace zipflens
