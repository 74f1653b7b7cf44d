// zipflens study and zipflens figures: the whole analysis, and its pictures again.
#include <fmt/format.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/study_text.h"
#include "zipflens/base/error.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/report/report.h"
#include "zipflens/study/run_study.h"
#include "zipflens/study/study.h"
#include "zipflens/study/study_inputs.h"

namespace zipflens::cli {
namespace {

constexpr std::size_t kNumTopTokens = 20;

/// Tells the study on standard output as it goes, progress on standard error.
class StudyNarrator : public TerminalObserver<StudyObserver> {
 public:
  StudyNarrator(Terminal& terminal, bool tell) : TerminalObserver(terminal), tell_(tell) {}

  void OnCorpus(const CorpusInfo& info,
                const std::vector<std::pair<std::string, std::string>>& record) override {
    Tell(CorpusText(info, record));
  }
  void OnModel(const ModelConfig& config) override { Tell(ModelText(config)); }
  void OnCounts(const CorpusPass& pass, const Tokenizer& tokenizer) override {
    Tell(CountsText(pass, tokenizer, kNumTopTokens));
  }

  void Tell(const std::string& text) {
    if (!tell_) return;
    terminal().FinishLine();
    PrintText(text + "\n");
    std::fflush(stdout);
  }

 private:
  bool tell_;
};

struct DrawOptions {
  std::vector<std::string> formats = {"svg", "pdf", "png"};
  FigureOptions figures;
  ReportOptions report;
};

void AddDrawOptions(Command& command, DrawOptions& options) {
  command.group("Figures");
  command.add_option("--formats", options.formats, "Figure formats, such as svg,png")
      ->delimiter(',')
      ->check(IsMember({"svg", "pdf", "png"}))
      ->capture_default_str();
  command.add_option("--scale", options.figures.scale, "Size of the figures, relative to 180 mm")
      ->check(Range(0.2, 5.0))
      ->capture_default_str();
  command.add_flag("--sequence-hues", options.report.sequence_hues,
                   "One colour a sequence in part5b and part5c, as in the book");
}

DrawingOptions ResolveDrawing(const DrawOptions& options, int num_threads) {
  FigureOptions figures = options.figures;
  figures.formats.clear();
  for (const std::string& format : options.formats) {
    figures.formats.insert(format == "svg"   ? FigureFormat::kSvg
                           : format == "pdf" ? FigureFormat::kPdf
                                             : FigureFormat::kPng);
  }
  figures.num_threads = ResolveThreads(num_threads);
  return {options.report, figures};
}

// "special,punctuation"; others are a usage error.
void SetExcludedClasses(const std::vector<std::string>& classes, StudyOptions& config) {
  config.exclude_special = config.exclude_punctuation = false;
  for (const std::string& name : classes) {
    if (name == "special") {
      config.exclude_special = true;
    } else {
      config.exclude_punctuation = true;
    }
  }
}

/// What takes part, whose counts, and what to compare with.
void AddControlOptions(Command& command, StudyOptions& config) {
  command.group("Controls");
  command
      .add_option_function<std::vector<std::string>>(
          "--exclude",
          [&config](const std::vector<std::string>& classes) {
            SetExcludedClasses(classes, config);
          },
          "Tokens to leave out of the statistics: special, punctuation")
      ->delimiter(',')
      ->check(IsMember({"special", "punctuation"}));
  command
      .add_option("--skip-positions", config.skip_positions,
                  "Leave positions below this out of the statistics")
      ->capture_default_str();
  Option* file =
      command.add_option("--counts", config.counts_file,
                         "Token counts from a file (.parquet, .csv, .jsonl with id and count), as "
                         "zipflens count writes; the corpus's own are shown beside them");
  command
      .add_option("--counts-corpus", config.counts_corpus,
                  "Token counts from another corpus, up to --target-tokens, likewise")
      ->excludes(file);
  static const std::map<std::string, NullKind> kinds = {
      {"shuffled-tokens", NullKind::kShuffledTokens},
      {"random-weights", NullKind::kRandomWeights},
      {"permuted-vocabulary", NullKind::kPermutedVocabulary}};
  command
      .add_option("--null", config.null_kind,
                  "Study a null hypothesis too, into the folder null: shuffled-tokens, "
                  "random-weights or permuted-vocabulary")
      ->transform(CheckedTransformer(kinds))
      ->default_str("none");
  command.group("Statistics");
  command
      .add_option("--permutations", config.num_permutations,
                  "Permutations behind every p of a type-level correlation")
      ->capture_default_str();
  command
      .add_option("--resamples", config.num_resamples, "Resamples behind every bootstrap interval")
      ->capture_default_str();
}

void AddPrecisionOption(Command& command, StudyOptions& config) {
  command.group("Machine");
  command
      .add_option_function<std::string>(
          "--precision",
          [&config](const std::string& name) { config.precision = PrecisionOfName(name); },
          "What the encoder's dense layers multiply: float32; bfloat16, where the processor does; "
          "emulated-bfloat16, the same numbers anywhere, no faster; auto, bfloat16 where it can")
      ->check(IsMember({"float32", "bfloat16", "emulated-bfloat16", "auto"}))
      ->default_str("float32");
}

/// Lines that follow where the figures are: which of them are not there, and why.
std::string NotDrawnText(const NotDrawn& not_drawn) {
  std::string text;
  for (const std::string& sentence : NotDrawnSentences(not_drawn)) text += "\n  " + sentence;
  return text;
}

struct StudyArguments {
  StudyOptions config;
  DrawOptions draw;
  std::filesystem::path out;
  bool force = false;
};

void RunStudyCommand(const StudyArguments& arguments, const OutputOptions& output,
                     Terminal& terminal) {
  StudyNarrator narrator(terminal, !output.json);
  const StudyPlace place = {.folder = arguments.out,
                            .existing = arguments.force ? AtomicOutput::Existing::kReplace
                                                        : AtomicOutput::Existing::kRefuse};
  Study study = RunStudy(arguments.config, narrator, place);
  narrator.Tell(CorrelationsText(study));
  const DrawnFigures drawn =
      SaveWithFigures(study, place.folder, place.existing,
                      ResolveDrawing(arguments.draw, arguments.config.num_threads), &narrator);
  const std::filesystem::path& folder = study.tables();
  narrator.Tell(
      fmt::format("Study: {}\n  open {} first; the figures are in {},\n  the tables (*.parquet) "
                  "beside it{}",
                  SafeText(folder.string()), SafeText((folder / kReportPage).string()),
                  SafeText((folder / kFiguresFolder).string()), NotDrawnText(drawn.not_drawn)));
  if (output.json) {
    nlohmann::ordered_json json = StudyJson(study, folder);
    json["figures_not_drawn"] = drawn.not_drawn;
    PrintJson(json);
  }
}

struct FiguresArguments {
  std::filesystem::path study;
  std::filesystem::path out;
  DrawOptions draw;
  ShownLayers shown;
  int num_threads = 0;
};

void RunFiguresCommand(const FiguresArguments& arguments, const OutputOptions& output,
                       Terminal& terminal) {
  StudyNarrator narrator(terminal, !output.json);
  const Study study = Study::Load(arguments.study, arguments.shown);
  const DrawingOptions options = ResolveDrawing(arguments.draw, arguments.num_threads);
  const bool in_place = arguments.out.empty();
  const DrawnFigures drawn = in_place ? RedrawFigures(study, options, &narrator)
                                      : DrawFiguresInto(study, arguments.out, options, &narrator);
  const std::filesystem::path place = in_place ? arguments.study / kFiguresFolder : arguments.out;
  narrator.Tell(
      fmt::format("Figures: {}{}", SafeText(place.string()), NotDrawnText(drawn.not_drawn)));
  if (output.json) {
    PrintJson({{"folder", place.string()}, {"figures_not_drawn", drawn.not_drawn}});
  }
}

}  // namespace

void AddStudyCommand(Command& app, Invocation& invocation) {
  auto arguments = std::make_shared<StudyArguments>();
  Command* command = app.add_subcommand(
      "study",
      "The whole analysis: counts, batch, scores and adjustments, figures, tables, report");
  AddInputOptions(*command, arguments->config);
  command->group("Output");
  command->add_option("--out", arguments->out, "Folder for the study; must not exist")->required();
  command->add_flag("--force", arguments->force, "Replace --out where it exists");
  AddBatchOptions(*command, arguments->config);
  command->group("Statistics");
  command->add_option("--bins", arguments->config.num_bins, "Bins of about equal population")
      ->capture_default_str();
  command->group("Figures");
  command->add_option("--scatter-layer", arguments->config.scatter_layer,
                      "Layer of figure part5b; default: floor((5 L + 12) / 24)");
  command->add_option("--profile-layer", arguments->config.profile_layer,
                      "Layer of figures part5c and part5d; default: floor((7 L + 12) / 24)");
  AddPrecisionOption(*command, arguments->config);
  AddControlOptions(*command, arguments->config);
  AddDrawOptions(*command, arguments->draw);
  AddOutputOptions(*command, invocation.output);
  SetExample(*command,
             "zipflens study --model data/all-minilm-l6-v2 --corpus data/wikipedia-sample.parquet "
             "--out my-study");
  command->callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation](Terminal& terminal) {
      RunStudyCommand(*arguments, invocation.output, terminal);
    };
  });
}

void AddFiguresCommand(Command& app, Invocation& invocation) {
  auto arguments = std::make_shared<FiguresArguments>();
  Command* command = app.add_subcommand("figures", "Draw a study's figures again, from its tables");
  command->add_option("STUDY", arguments->study, "Folder that zipflens study made")->required();
  command->group("Output");
  command->add_option(
      "--out", arguments->out,
      "Another folder for the figures; default: STUDY/figures, and STUDY/report.html");
  command->group("Figures");
  command->add_option("--scatter-layer", arguments->shown.scatter_layer, "Layer of figure part5b");
  command->add_option("--profile-layer", arguments->shown.profile_layer,
                      "Layer of figures part5c and part5d");
  AddDrawOptions(*command, arguments->draw);
  AddThreadsOption(*command, arguments->num_threads);
  AddOutputOptions(*command, invocation.output);
  SetExample(*command,
             "zipflens figures my-study --formats svg --profile-layer 4 --out more-figures");
  command->callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation](Terminal& terminal) {
      RunFiguresCommand(*arguments, invocation.output, terminal);
    };
  });
}

}  // namespace zipflens::cli
