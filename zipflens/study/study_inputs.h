// StudyInputs: opens what a study, a count or a capture reads, and checks that the inputs fit each
// other.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/corpus/corpus.h"
#include "zipflens/hub/model_plan.h"
#include "zipflens/model/model_config.h"
#include "zipflens/study/study_options.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// Returns the inputs with every name of the hub replaced by paths in the cache; missing files are
/// fetched. Throws as LocalModelFolder and LocalCorpusPaths do.
InputOptions WithLocalPaths(const InputOptions& inputs, ModelPart part, ProgressObserver& observer);

/// The opened inputs. S fits the model, and the numbers are positive. The model may have more
/// embedding rows than the tokenizer has ids, or fewer; see RequireEmbeddings.
struct StudyInputs {
  ModelConfig model_config;
  Tokenizer tokenizer;
  std::unique_ptr<CorpusReader> corpus;
  std::size_t sequence_length = 0;  // S, resolved
  std::size_t num_threads = 1;      // resolved
};

/// Opens the inputs, which must be local paths. Throws UsageError for numbers out of range and
/// InputError for inputs that do not fit each other.
StudyInputs OpenStudyInputs(const InputOptions& inputs, const BatchOptions& batch);

/// Throws InputError unless the model has an embedding row for every id of the batch; the tokenizer
/// may have added tokens without one. The message names the token, its sequence, document and
/// position.
void RequireEmbeddings(const Batch& batch, const Tokenizer& tokenizer, const ModelConfig& model);

/// Returns sentences about what was skipped or replaced while reading; empty if nothing was.
std::vector<std::string> ReadingWarnings(const CorpusReport& report);
/// Does the same for a pass over a corpus: for what the corpus and the threads of the pass read.
std::vector<std::string> ReadingWarnings(const CorpusReader& corpus, const CorpusPass& pass);

/// Returns `asked`, or the number of threads that this process may use if `asked` is 0.
std::size_t ResolveThreads(std::size_t asked);

/// Returns `asked`, the memory limit of the tables of distinct chunks, in bytes. Throws UsageError
/// if it is 0 or more than any machine has.
std::size_t ResolveTableBytes(std::uint64_t asked);

}  // namespace zipflens
