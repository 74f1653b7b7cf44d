#include "fuzz/small_study.h"

#include "fuzz/scratch_folder.h"
#include "zipflens/model/random_model.h"
#include "zipflens/study/run_study.h"

namespace zipflens::fuzz {
namespace {

class Quiet final : public StudyObserver {
 public:
  void OnProgress(const ProgressUpdate& /*update*/) override {}
  void OnMessage(const std::string& /*message*/) override {}
};

void WriteModel(const ScratchFolder& scratch) {
  scratch.Write("model/vocab.txt",
                "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\ndog\nsat\non\na\nmat\n");
  scratch.Write("model/tokenizer_config.json", "{}");
  ModelConfig config;
  config.vocab_size = 12;
  config.num_hidden_layers = 2;
  config.num_attention_heads = 2;
  config.hidden_size = 16;
  config.intermediate_size = 16;
  config.max_position_embeddings = 16;
  WriteRandomModel(config, /*seed=*/1, scratch.path() / "model");
}

}  // namespace

void MakeSmallStudy(const std::filesystem::path& folder, std::size_t num_threads) {
  const ScratchFolder scratch;
  WriteModel(scratch);
  scratch.Write("corpus.txt",
                "the cat sat on the mat the cat\nthe dog sat on a mat the dog\n"
                "a cat the the the on mat dog\nthe cat dog a a a the sat on mat\n");
  StudyOptions options;
  options.model = scratch.path() / "model";
  options.corpus = {(scratch.path() / "corpus.txt").string()};
  options.num_sequences = 3;
  options.sequence_length = 8;
  options.num_threads = num_threads;
  options.num_bins = 4;
  options.num_permutations = 200;
  options.num_resamples = 200;
  options.null_kind = NullKind::kShuffledTokens;
  Quiet quiet;
  RunStudy(options, quiet, {.folder = folder}).Save(folder);
}

}  // namespace zipflens::fuzz
