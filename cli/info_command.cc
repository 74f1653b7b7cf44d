// zipflens info: describes a model, a corpus, a study, or what a name of the hub would fetch.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/hub_text.h"
#include "cli/option_names.h"
#include "cli/study_text.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/study/study_files.h"
#include "zipflens/study/study_inputs.h"

namespace zipflens::cli {
namespace {

using Json = nlohmann::ordered_json;

void ShowStudy(const std::filesystem::path& folder, bool json) {
  if (json) {
    PrintJson(ReadStudyJson(folder));
    return;
  }
  const Study result = Study::Load(folder);
  const StudyInfo& info = result.info;
  PrintText(
      fmt::format("Study: {} (zipflens {})\n  model:  {}\n  corpus: {}\n  counted {} tokens in {} "
                  "documents\n\n",
                  SafeText(folder.string()), SafeText(info.version), SafeText(info.model_name()),
                  SafeText(info.corpus_name()), WithCommas(info.tokens_counted),
                  WithCommas(info.documents_counted)));
  for (const std::string& warning : info.warnings) {
    PrintText(fmt::format("warning: {}\n", SafeText(WithFlags(warning))));
  }
  PrintText(CorrelationsText(result));
}

void ShowModel(const std::filesystem::path& folder, bool json) {
  const ModelConfig config = LoadModelConfig(folder / "config.json");
  const Tokenizer tokenizer = Tokenizer::Load(folder);
  if (json) {
    PrintJson(Json{{"kind", "model"},
                   {"model_type", NamesOf(config.family).model_type},
                   {"folder", folder.string()},
                   {"num_layers", config.num_hidden_layers},
                   {"num_heads", config.num_attention_heads},
                   {"hidden_size", config.hidden_size},
                   {"head_size", config.head_size()},
                   {"intermediate_size", config.intermediate_size},
                   {"max_position_embeddings", config.max_position_embeddings},
                   {"vocab_size", config.vocab_size},
                   {"tokenizer", tokenizer.source().string()},
                   {"tokenizer_vocab_size", tokenizer.vocab_size()},
                   {"vocabulary_sha256", tokenizer.vocabulary_sha256()}});
    return;
  }
  PrintText(fmt::format("{}  sequences of up to {} tokens; {} tokens in the vocabulary of {}\n",
                        ModelText(config), config.max_position_embeddings,
                        WithCommas(tokenizer.vocab_size()), SafeText(tokenizer.source().string())));
}

struct InfoArguments {
  std::vector<std::string> paths;
  CorpusOptions corpus_options;
  bool count_rows = false;
  HubOptions hub;
};

// Each file with its size, its number of rows if known, and the ranges of rows that are read.
Json FilesJson(const CorpusInfo& info) {
  Json files = Json::array();
  for (std::size_t file_idx = 0; file_idx < info.files.size(); ++file_idx) {
    const std::filesystem::path& path = info.files[file_idx];
    Json ranges = Json::array();
    for (const CorpusPart& part : info.parts) {
      if (part.file_idx != file_idx || part.rows.end == kAllRows) continue;
      ranges.push_back(Json::array({part.rows.begin, part.rows.end}));
    }
    const bool is_file = std::filesystem::is_regular_file(path);
    files.push_back({{"path", path.string()},
                     {"bytes", is_file ? Json(std::filesystem::file_size(path)) : Json()},
                     {"rows", info.num_rows ? Json(info.rows_of_files[file_idx]) : Json()},
                     {"read", ranges}});
  }
  return files;
}

void ShowCorpus(const InfoArguments& arguments, bool json) {
  const auto corpus = OpenCorpus(arguments.paths, arguments.corpus_options);
  CorpusInfo info = corpus->info();
  const auto record = corpus->Record(0);
  const Json files = FilesJson(info);
  if (arguments.count_rows) info.num_rows = CountRows(info, arguments.corpus_options);
  const std::vector<std::string>& notes = corpus->report().notes;
  if (!json) {
    PrintText(CorpusText(info, record));
    for (const std::string& note : notes) PrintText(fmt::format("  note: {}\n", note));
    return;
  }
  Json first = Json::object();
  for (const auto& [column, value] : record) first[column] = value;
  PrintJson(Json{{"kind", "corpus"},
                 {"format", info.format},
                 {"files", files},
                 {"bytes", info.num_bytes},
                 {"rows", info.num_rows ? Json(*info.num_rows) : Json()},
                 {"columns", info.columns},
                 {"record_0", first},
                 {"notes", notes}});
}

void ShowPlan(const FetchPlan& plan, bool json) {
  if (json) {
    PrintJson(PlanJson(plan));
  } else {
    PrintText(PlanText(plan));
  }
}

void RunInfoCommand(const InfoArguments& arguments, const OutputOptions& output,
                    Terminal& terminal) {
  const std::filesystem::path first = arguments.paths.front();
  const bool is_one = arguments.paths.size() == 1;
  TerminalObserver observer(terminal);
  const std::optional<FetchPlan> plan =
      is_one ? PlanHubName(arguments.paths.front(), Freshness::kAskHub, arguments.hub, observer)
             : std::nullopt;
  if (plan) {
    ShowPlan(*plan, output.json);
  } else if (is_one && std::filesystem::exists(first / kStudyJson)) {
    ShowStudy(first, output.json);
  } else if (is_one && std::filesystem::exists(first / "config.json")) {
    ShowModel(first, output.json);
  } else {
    ShowCorpus(arguments, output.json);
  }
}

}  // namespace

void AddInfoCommand(Command& app, Invocation& invocation) {
  auto arguments = std::make_shared<InfoArguments>();
  Command* command = app.add_subcommand("info", "Describe a model, a corpus or a study");
  command
      ->add_option("PATH", arguments->paths,
                   "A model folder, a study folder, the files of a corpus, or a name of the hub")
      ->required();
  AddCorpusOptions(*command, arguments->corpus_options);
  command->group("Input");
  command->add_flag("--count-rows", arguments->count_rows,
                    "Count the rows of JSON Lines or text; this reads the whole corpus");
  AddHubOptions(*command, arguments->hub);
  AddOutputOptions(*command, invocation.output);
  SetExample(*command, "zipflens info data/wikipedia-sample.parquet");
  command->callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation](Terminal& terminal) {
      RunInfoCommand(*arguments, invocation.output, terminal);
    };
  });
}

}  // namespace zipflens::cli
