// What a study, a count and a capture read, opened and checked against each other.
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

/// The inputs with every name of the hub replaced by paths in the cache, fetched if they are
/// missing. Throws as LocalModelFolder and LocalCorpusPaths do.
InputOptions WithLocalPaths(InputOptions inputs, ModelPart part, ProgressObserver& observer);

/// Opened and agreeing: S fits the model, the numbers are positive. The model may have more
/// embedding rows than the tokenizer has ids, or fewer: see RequireEmbeddings.
struct StudyInputs {
  ModelConfig model_config;
  Tokenizer tokenizer;
  std::unique_ptr<CorpusReader> corpus;
  int sequence_length = 0;  // S, resolved
  int num_threads = 1;      // resolved
};

/// Throws UsageError for senseless numbers and InputError for inputs that do not fit each other.
/// `inputs`: local paths.
StudyInputs OpenStudyInputs(const InputOptions& inputs, const BatchOptions& batch);

/// Every token of the vocabulary, by id.
std::vector<std::string> VocabularyOf(const Tokenizer& tokenizer);

/// Throws InputError unless the model has an embedding row for every id of the batch: the tokenizer
/// may have added tokens for which there is none. Names the token, its sequence, document and
/// position.
void RequireEmbeddings(const Batch& batch, const Tokenizer& tokenizer, const ModelConfig& model);

/// What was left out or replaced while reading, in sentences; none where all was well.
std::vector<std::string> ReadingWarnings(const CorpusReport& report);
/// The same of a pass over a corpus: of what the corpus and of what the pass's threads read.
std::vector<std::string> ReadingWarnings(const CorpusReader& corpus, const CorpusPass& pass);

/// `asked`, or all threads this process may use where it is 0. Throws UsageError where it is
/// negative.
int ResolveThreads(int asked);

/// `asked`, the memory of the tables of distinct chunks. Throws UsageError where it is 0 or more
/// than any machine has.
std::size_t ResolveTableBytes(std::uint64_t asked);

}  // namespace zipflens
