// Draws the figures and the page of a made-up study, for looking at:
//   draw_synthetic_study FOLDER [LAYERS [SEQUENCES [hues]]]
#include <cstdio>
#include <filesystem>
#include <string>

#include "synthetic_study.h"
#include "zipflens/base/atomic_output.h"
#include "zipflens/figures/figure_writer.h"
#include "zipflens/report/report.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("draw_synthetic_study FOLDER [LAYERS [SEQUENCES [hues]]]\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  zipflens::SyntheticShape shape;
  if (argc > 2) shape.num_layers = std::stoi(argv[2]);
  if (argc > 3) shape.num_sequences = std::stoi(argv[3]);
  const zipflens::StudyResult study = zipflens::MakeSyntheticStudy(shape);
  std::filesystem::create_directories(folder / "figures");
  const std::string page =
      zipflens::DrawStudy(study, folder / "figures", {.sequence_hues = argc > 4}, {}, nullptr);
  zipflens::WriteFileOrThrow(folder / "report.html", page);
  return 0;
}
