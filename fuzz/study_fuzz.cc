// A study folder: study.json, and tables that do not fit it or each other.
//
// Promise: a study that is loaded has numbers in their ranges and tables whose lengths agree, so
// that every figure and the page can be made of it. Nothing of a size that study.json states is
// allocated before a table confirms it.
#include <string>

#include "fuzz/fuzz_target.h"
#include "fuzz/input_bytes.h"
#include "fuzz/scratch_folder.h"
#include "fuzz/study_files.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/figures/figure_data.h"
#include "zipflens/report/report.h"
#include "zipflens/study/study_info_json.h"

namespace zipflens::fuzz {
namespace {

// Makes every figure and the page, without drawing.
void MakeReport(const Study& study) {
  std::vector<Figure> figures;
  NotDrawn not_drawn;
  for (const FigureMaker& maker : FigureMakers(study, {})) {
    figures.push_back(maker.make());
    WriteDataFiles(figures.back(), Scratch().path());
    not_drawn[maker.name] = "not asked for";
  }
  FUZZ_REQUIRE(!MakeReportPage(study, figures, Scratch().path(), not_drawn).empty());
}

}  // namespace

// The member "study" of study.json.
FUZZ_TARGET(study_json) {
  using Json = nlohmann::ordered_json;
  const Json json = ParseJson<Json>(input, "study.json", "", "a JSON object");
  const StudyInfo info = ParseStudyInfo(json, "study.json");
  FUZZ_REQUIRE(info.num_sequences > 0 && info.sequence_length > 0);
  FUZZ_REQUIRE(!info.options.layers.empty());
  const Json written = StudyInfoJson(info);
  FUZZ_REQUIRE(JsonText(StudyInfoJson(ParseStudyInfo(written, "study.json"))) == JsonText(written));
}

// Changes of a study's files: see StudyFiles.
FUZZ_TARGET(study_tables) {
  static StudyFiles files(SmallStudyFolder());
  InputBytes bytes(input);
  for (int i = 0; i < 4 && !bytes.empty(); ++i) files.Change(bytes);
  try {
    MakeReport(Study::Load(files.folder()));
  } catch (...) {
    files.Restore();
    throw;
  }
  files.Restore();
}

}  // namespace zipflens::fuzz
