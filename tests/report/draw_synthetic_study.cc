// Draws the figures and the page of a made-up study, for looking at:
//   draw_synthetic_study FOLDER [LAYERS [SEQUENCES [HEADS [null] [hues]]]]
#include <cstdio>
#include <filesystem>
#include <string>

#include "synthetic_study.h"
#include "zipflens/figures/figure_writer.h"
#include "zipflens/report/report.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("draw_synthetic_study FOLDER [LAYERS [SEQUENCES [HEADS [null] [hues]]]]\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  zipflens::SyntheticShape shape;
  if (argc > 2) shape.num_layers = std::stoul(argv[2]);
  if (argc > 3) shape.num_sequences = std::stoul(argv[3]);
  if (argc > 4) shape.num_heads = std::stoul(argv[4]);
  zipflens::ReportOptions options;
  for (int i = 5; i < argc; ++i) {
    shape.with_null = shape.with_null || std::string(argv[i]) == "null";
    options.sequence_hues = options.sequence_hues || std::string(argv[i]) == "hues";
  }
  zipflens::Study study = zipflens::MakeSyntheticStudy(shape);
  study.info.figure_warnings["part6"] = {
      "r over bins is above 0.5 in layers 0, 1 and 5, where token types as keys show nothing"};
  std::filesystem::create_directories(folder / "figures");
  const zipflens::DrawnFigures drawn =
      zipflens::DrawFigures(study, folder / "figures", {options, {}}, nullptr);
  zipflens::WritePage(study, drawn, folder / "figures", folder / "report.html");
  return 0;
}
