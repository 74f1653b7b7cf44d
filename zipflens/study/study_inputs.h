// What a study, a count and a capture read, opened and checked against each other.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "zipflens/corpus/corpus.h"
#include "zipflens/model/model_config.h"
#include "zipflens/study/study_config.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// Opened and agreeing: the vocabulary is the model's, S fits the model, the numbers are positive.
struct StudyInputs {
  ModelConfig model_config;
  Tokenizer tokenizer;
  std::unique_ptr<CorpusReader> corpus;
  int sequence_length = 0;  // S, resolved
  int num_threads = 1;      // resolved
};

/// Throws UsageError for senseless numbers and InputError for inputs that do not fit each other.
StudyInputs OpenStudyInputs(const StudyConfig& config);

/// What was left out or replaced while reading, in sentences; none where all was well.
std::vector<std::string> ReadingWarnings(const CorpusReport& report);

/// The files of a model folder that decide a study's numbers: config, weights, tokenizer; sorted.
std::vector<std::filesystem::path> ModelFiles(const std::filesystem::path& model_dir);

/// `asked`, or all threads this process may use where it is 0. Throws UsageError where it is
/// negative.
int ResolveThreads(int asked);

/// `asked`, the memory of the tables of distinct chunks. Throws UsageError where it is 0 or more
/// than any machine has.
std::size_t ResolveTableBytes(std::uint64_t asked);

}  // namespace zipflens
