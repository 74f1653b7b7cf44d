// For the Python tests: runs one sequence through the encoder and writes every point it fires as
// raw float32.
//   capture_points MODEL_DIR IDS_FILE OUT_DIR [POINT...]
// IDS_FILE holds token ids, separated by white space. Writes one file per point to OUT_DIR, named
// after it ("layer.0.attention.output"); heads follow one another. Writes all points by default.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "zipflens/base/error.h"
#include "zipflens/kernels/statistics/row_norms.h"
#include "zipflens/model/encoder.h"

namespace zipflens {
namespace {

class FileProbe final : public Probe {
 public:
  FileProbe(std::string out_dir, std::set<std::string> names)
      : out_dir_(std::move(out_dir)), names_(std::move(names)) {}

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override {
    std::vector<ProbePoint> points;
    for (int layer = 0; std::cmp_less(layer, shape.num_layers); ++layer) {
      for (const PointKind kind : {PointKind::kScoreBiasParts, PointKind::kAttentionScores,
                                   PointKind::kMeanAttentionScores, PointKind::kAttentionOutput,
                                   PointKind::kLayerOutput}) {
        if (names_.empty() || names_.contains(PointName({layer, kind}))) {
          points.push_back({layer, kind});
        }
      }
    }
    return points;
  }

  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override {
    const auto mode = head_idx > 0 ? std::ios::app : std::ios::trunc;
    std::ofstream file(out_dir_ + "/" + PointName(point), std::ios::binary | mode);
    for (std::size_t row = 0; row < values.rows; ++row) Write(file, values.RowSpan(row));
    if (point.kind != PointKind::kAttentionOutput) return;
    std::vector<float> norms(values.rows);
    RowLogNormsInto(values, norms);
    std::ofstream norm_file(out_dir_ + "/" + PointName(point) + ".log_norm", std::ios::binary);
    Write(norm_file, norms);
  }

 private:
  static void Write(std::ofstream& file, std::span<const float> values) {
    file.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size_bytes()));
  }

  std::string out_dir_;
  std::set<std::string> names_;
};

int Run(const std::vector<std::string>& arguments) {
  std::ifstream ids_file(arguments[1]);
  const std::vector<std::int32_t> ids{std::istream_iterator<std::int32_t>(ids_file), {}};
  const Encoder encoder = Encoder::Load(arguments[0]);
  FileProbe probe(arguments[2], {arguments.begin() + 3, arguments.end()});
  const auto plan = encoder.MakePlan(probe);
  const auto workspace = encoder.MakeWorkspace(std::max<std::size_t>(1, ids.size()));
  encoder.Forward(ids, *plan, *workspace, probe);
  return 0;
}

}  // namespace
}  // namespace zipflens

int main(int argc, char** argv) {
  try {
    if (argc < 4)
      throw zipflens::UsageError("capture_points MODEL_DIR IDS_FILE OUT_DIR [POINT...]");
    return zipflens::Run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
