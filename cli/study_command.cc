// zipflens study runs the whole analysis; zipflens figures draws a study's figures again.
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

/// Prints each finding of a study on standard output as soon as it is there, and progress on
/// standard error.
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
                   "One colour per sequence in part5b and part5c, as in the book");
}

DrawingOptions ResolveDrawing(const DrawOptions& options, std::size_t num_threads) {
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

// Sets the classes that --exclude names; the parser allows only special and punctuation.
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

/// Which tokens take part, where the counts come from, and which null hypothesis is studied.
void AddControlOptions(Command& command, StudyOptions& config) {
  command.group("Controls");
  command
      .add_option_function<std::vector<std::string>>(
          "--exclude",
          [&config](const std::vector<std::string>& classes) {
            SetExcludedClasses(classes, config);
          },
          "Classes of tokens to leave out of the statistics")
      ->delimiter(',')
      ->check(IsMember({"special", "punctuation"}));
  command.add_size(
      "--skip-positions", config.skip_positions, "0 up to two less than the sequence length",
      "Leave out positions below this from every statistic; 1 leaves out position 0, which "
      "otherwise is in the statistics of scores but not of norms");
  Option* file = command.add_option(
      "--counts", config.counts_file,
      "File of token counts to use (.parquet, .csv or .jsonl with id and count, as zipflens "
      "count writes); results with the corpus's own counts are shown beside");
  command
      .add_option(
          "--counts-corpus", config.counts_corpus,
          "Another corpus whose token counts to use, up to --target-tokens; otherwise as --counts")
      ->excludes(file);
  command.add_flag("--counts-split", config.counts_split,
                   "Use the counts of the corpus's documents that give no sequence of the batch; "
                   "otherwise as --counts");
  static const std::map<std::string, NullKind> kinds = {
      {"shuffled-tokens", NullKind::kShuffledTokens},
      {"random-weights", NullKind::kRandomWeights},
      {"permuted-frequencies", NullKind::kPermutedFrequencies},
      {"permuted-vocabulary", NullKind::kPermutedVocabulary}};
  command
      .add_option("--null", config.null_kind,
                  "Also study the batch under this null hypothesis, into the folder null")
      ->transform(CheckedTransformer(kinds))
      ->default_str("none");
  command.add_size("--null-draws", config.num_null_draws, "1 to 10000",
                   "Draws of the null hypothesis; by default 20 of permuted-frequencies and 1 of "
                   "the others, which take a forward pass each");
  command.group("Statistics");
  command.add_size("--permutations", config.num_permutations, "200 to 10000000, or 0 for none",
                   "Permutations per p of a type-level correlation; 0: no p");
  command.add_size("--resamples", config.num_resamples, "200 to 10000000, or 0 for none",
                   "Resamples of token types per interval; 0: no intervals over types");
}

void AddPrecisionOption(Command& command, StudyOptions& config) {
  command.group("Machine");
  command
      .add_option_function<std::string>(
          "--precision",
          [&config](const std::string& name) { config.precision = PrecisionOfName(name); },
          "Numbers that the encoder's dense layers multiply: float32; bfloat16, if the processor "
          "has it; auto, bfloat16 if the processor has it, else float32; emulated-bfloat16, the "
          "same rounding on any processor, no faster")
      ->check(IsMember({"float32", "bfloat16", "emulated-bfloat16", "auto"}))
      ->default_str("float32");
}

/// Lines that say which figures were not drawn, and why. Empty if all were drawn.
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
  std::size_t num_threads = 0;
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
      "Run the whole analysis: counts, batch, scores, attention outputs, tables, figures, report");
  AddInputOptions(*command, arguments->config);
  command->group("Output");
  command->add_option("--out", arguments->out, "Folder for the study; must not exist")->required();
  command->add_flag("--force", arguments->force, "Replace --out if it exists");
  AddBatchOptions(*command, arguments->config);
  command->group("Statistics");
  command->add_size("--bins", arguments->config.num_bins, "a positive number",
                    "Number of bins, of about equal population");
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
  Command* command =
      app.add_subcommand("figures", "Draw the figures of a study again, from its tables");
  command->add_option("STUDY", arguments->study, "Folder that zipflens study made")->required();
  command->group("Output");
  command->add_option(
      "--out", arguments->out,
      "New folder for the figures; by default STUDY/figures and STUDY/report.html are replaced");
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
