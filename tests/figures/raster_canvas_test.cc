// What a raster canvas lays on its pixels.
#include "zipflens/figures/raster_canvas.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <random>

namespace zipflens {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr Ink kBlack = {.colour = {0, 0, 0}, .opacity = 1};

/// How dark all pixels are together, in whole black pixels.
double Darkness(const RasterCanvas& canvas) {
  const auto pixels = canvas.Pixels();
  const double light = std::accumulate(pixels.begin(), pixels.end(), 0.0);
  return (255.0 * static_cast<double>(pixels.size()) - light) / (3 * 255.0);
}

double DistanceToSegment(PixelPlace place, PixelPlace from, PixelPlace to) {
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  const double squares = dx * dx + dy * dy;
  const double along =
      squares == 0
          ? 0
          : std::clamp(((place.x - from.x) * dx + (place.y - from.y) * dy) / squares, 0.0, 1.0);
  return std::hypot(place.x - from.x - along * dx, place.y - from.y - along * dy);
}

TEST(RasterCanvas, MarksHaveTheirAreaInBlack) {
  RasterCanvas disc(60, 60);
  disc.AddDisc({30.3, 29.8}, /*radius=*/12, kBlack);
  EXPECT_NEAR(Darkness(disc), std::numbers::pi * 144, 2);
  RasterCanvas diamond(60, 60);
  diamond.AddDiamond({30.3, 29.8}, /*radius=*/12, kBlack);
  EXPECT_NEAR(Darkness(diamond), 2 * 144, 3);
  RasterCanvas stroke(60, 60);
  stroke.AddStroke({{10, 10}, {50, 40}}, /*width=*/4, /*disc_radius=*/0, kBlack);
  EXPECT_NEAR(Darkness(stroke), 50 * 4 + std::numbers::pi * 4, 2);
}

TEST(RasterCanvas, StrokesCoverWhatADistanceToEveryPixelSays) {
  constexpr std::size_t kRows = 40;
  constexpr std::size_t kCols = 50;
  std::mt19937 random(20);
  std::uniform_real_distribution<double> anywhere(-20, 70);  // also outside the paper
  for (int round = 0; round < 200; ++round) {
    std::vector<PixelPlace> places;
    for (int i = 0; i < 5; ++i) places.push_back({anywhere(random), anywhere(random)});
    if (round % 4 == 0) places[2] = {kNaN, 3};
    if (round % 5 == 0) places[1].y = places[0].y;
    if (round % 7 == 0) places[1].x = places[0].x;
    if (round % 11 == 0) places[1] = places[0];
    const double width = 0.5 + 0.02 * round;
    RasterCanvas canvas(kRows, kCols);
    canvas.AddStroke(places, width, /*disc_radius=*/0, kBlack);
    const auto pixels = canvas.Pixels();
    for (std::size_t row = 0; row < kRows; ++row) {
      for (std::size_t col = 0; col < kCols; ++col) {
        const PixelPlace middle = {static_cast<double>(col) + 0.5, static_cast<double>(row) + 0.5};
        double nearest = 1000;
        for (std::size_t i = 1; i < places.size(); ++i) {
          const double distance = DistanceToSegment(middle, places[i - 1], places[i]);
          if (std::isfinite(distance)) nearest = std::min(nearest, distance);
        }
        const double cover = std::clamp(width / 2 - nearest + 0.5, 0.0, 1.0);
        ASSERT_NEAR(pixels[(row * kCols + col) * 3], 255 * (1 - cover), 1)
            << "round " << round << ", row " << row << ", column " << col;
      }
    }
  }
}

TEST(RasterCanvas, AStrokeThatCrossesItselfIsNotDarkerThere) {
  RasterCanvas canvas(41, 41);
  canvas.AddStroke({{0, 20.5}, {41, 20.5}, {kNaN, kNaN}, {20.5, 0}, {20.5, 41}}, /*width=*/5,
                   /*disc_radius=*/0, {.colour = {0, 0, 0}, .opacity = 0.5});
  const auto pixels = canvas.Pixels();
  EXPECT_EQ(pixels[(20 * 41 + 20) * 3], 128);
  EXPECT_EQ(pixels[(20 * 41 + 5) * 3], 128);
  EXPECT_EQ(pixels[(5 * 41 + 5) * 3], 255);
}

TEST(RasterCanvas, WhatIsNotFiniteOrOutsideLeavesThePaperWhite) {
  RasterCanvas canvas(10, 10);
  canvas.AddDisc({kNaN, 5}, 3, kBlack);
  canvas.AddDiamond({5, kNaN}, 3, kBlack);
  canvas.AddDisc({-50, 5}, 3, kBlack);
  canvas.AddStroke({{5, 5}}, 2, 0, kBlack);
  canvas.AddStroke({{kNaN, 1}, {5, 5}, {1, kNaN}}, 2, 0, kBlack);
  canvas.AddStroke({{-9, -5}, {30, -5}}, 2, 0, kBlack);
  EXPECT_EQ(Darkness(canvas), 0);
}

/// The red of pixel columns that have 1, 2, 5, 20, 200 and 2,000 discs on each other.
std::vector<int> PileReds(bool backwards) {
  constexpr int kDepths[] = {1, 2, 5, 20, 200, 2000};
  RasterCanvas canvas(20, 120);
  canvas.StartPile();
  for (int i = 0; i < 6; ++i) {
    const int column = backwards ? 5 - i : i;
    for (int disc = 0; disc < kDepths[column]; ++disc) {
      canvas.AddDisc({10.0 + 20 * column, 10}, 4,
                     {.colour = {0, disc % 2 == 0 ? 0.0F : 1.0F, 0}, .opacity = 1});
    }
  }
  canvas.FinishPile(/*opacity=*/0.2);
  std::vector<int> reds;
  const auto pixels = canvas.Pixels();
  for (std::size_t column = 0; column < 6; ++column)
    reds.push_back(pixels[(10 * 120 + 10 + 20 * column) * 3]);
  return reds;
}

TEST(RasterCanvas, APileIsTheDarkerTheMoreLieOnEachOther) {
  const std::vector<int> reds = PileReds(/*backwards=*/false);
  EXPECT_EQ(reds[0], 204);         // 255 * (1 - 0.2)
  EXPECT_NEAR(reds[1], 163.2, 3);  // 255 * (1 - 0.2)^2
  for (std::size_t i = 1; i < reds.size(); ++i) EXPECT_LT(reds[i], reds[i - 1] - 15) << i;
  EXPECT_GT(reds[5], 5);  // and the deepest is not all that black
  EXPECT_EQ(PileReds(/*backwards=*/true), reds);
}

TEST(RasterCanvas, APileHasTheMeanOfItsColours) {
  RasterCanvas canvas(9, 9);
  canvas.StartPile();
  canvas.AddDisc({4.5, 4.5}, 3, {.colour = {1, 0, 0}});
  canvas.AddDisc({4.5, 4.5}, 3, {.colour = {0, 0, 0}});
  canvas.FinishPile(/*opacity=*/0.2);
  const auto pixels = canvas.Pixels();
  const double shade = 1 - 0.8 * 0.8;
  EXPECT_NEAR(pixels[(4 * 9 + 4) * 3], 255 * (1 - shade / 2), 1);
  EXPECT_NEAR(pixels[(4 * 9 + 4) * 3 + 1], 255 * (1 - shade), 1);
}

}  // namespace
}  // namespace zipflens
