// RunStudy: the whole analysis, from names of files to a folder of tables.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/corpus/corpus.h"
#include "zipflens/counting/corpus_pass.h"
#include "zipflens/model/model_config.h"
#include "zipflens/study/study_options.h"
#include "zipflens/study/study_result.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// Hears what a study finds while it runs, in this order; for showing it as the notebook does.
class StudyObserver : public ProgressObserver {
 public:
  virtual void OnCorpus(const CorpusInfo& /*info*/,
                        const std::vector<std::pair<std::string, std::string>>& /*record*/) {}
  virtual void OnModel(const ModelConfig& /*config*/) {}
  virtual void OnCounts(const CorpusPass& /*pass*/, const Tokenizer& /*tokenizer*/) {}
};

/// Runs the study and writes its tables and study.json into the existing, empty `folder`.
/// Everything that can be refused is refused before the first document is counted; a failed run
/// leaves an incomplete folder for the caller to remove (AtomicOutput does). Throws UsageError,
/// InputError, OutputError, InterruptedError.
StudyResult RunStudy(const StudyOptions& config, const std::filesystem::path& folder,
                     StudyObserver& observer);

}  // namespace zipflens
