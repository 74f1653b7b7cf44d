// Softmax against its definition in double, on every target.

#include "zipflens/kernels/softmax.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "tests/kernels/target_test.h"

namespace zipflens {
namespace {

class SoftmaxTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(SoftmaxTest);

TEST_P(SoftmaxTest, EqualsDefinitionForAllSizes) {
  for (const std::size_t size : kAwkwardSizes) {
    for (const float deviation : {0.1f, 3.0f, 40.0f}) {
      std::vector<float> found = RandomValues(3 * size, /*seed=*/2, deviation);
      std::vector<float> expected = found;
      SoftmaxRowsInPlace({found.data(), 3, size});
      reference::SoftmaxRowsInPlace({expected.data(), 3, size});
      for (std::size_t i = 0; i < found.size(); ++i) {
        // The distance to the row's maximum is rounded to float before e^x.
        const double distance = expected[i] > 0 ? -std::log(expected[i]) : 0.0;
        EXPECT_NEAR(found[i], expected[i], (1e-6 + 1.2e-7 * distance) * expected[i] + 1.2e-38)
            << size << " " << i;
      }
    }
  }
}

TEST_P(SoftmaxTest, StridedRowsLeaveTheRestAlone) {
  std::vector<float> values(2 * 12, 7.0f);
  SoftmaxRowsInPlace({values.data(), 2, 10, 12});
  for (const std::size_t row : {0, 1}) {
    for (std::size_t col = 0; col < 10; ++col) EXPECT_FLOAT_EQ(values[row * 12 + col], 0.1f);
    EXPECT_EQ(values[row * 12 + 10], 7.0f);
    EXPECT_EQ(values[row * 12 + 11], 7.0f);
  }
}

TEST_P(SoftmaxTest, FarApartScoresNeitherOverflowNorDivideByZero) {
  std::vector<float> values(20, -3e38f);
  values[13] = 3e38f;
  SoftmaxRowsInPlace({values.data(), 1, values.size()});
  EXPECT_EQ(values[13], 1.0f);
  EXPECT_EQ(std::accumulate(values.begin(), values.end(), 0.0f), 1.0f);
}

TEST_P(SoftmaxTest, NanMakesItsRowNan) {
  for (std::size_t place = 0; place < 20; ++place) {
    std::vector<float> values = RandomValues(40, /*seed=*/3);
    values[place] = std::numeric_limits<float>::quiet_NaN();
    SoftmaxRowsInPlace({values.data(), 2, 20});
    for (std::size_t col = 0; col < 20; ++col) {
      EXPECT_TRUE(std::isnan(values[col])) << place << " " << col;
      EXPECT_FALSE(std::isnan(values[20 + col]));
    }
  }
}

}  // namespace
}  // namespace zipflens
