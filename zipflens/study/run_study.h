// RunStudy: the whole analysis, from options to a study.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/corpus/corpus.h"
#include "zipflens/counting/corpus_pass.h"
#include "zipflens/model/model_config.h"
#include "zipflens/study/study.h"
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

/// Where a study is to be saved: its tables are then made beside that place, and an output that
/// exists is refused before anything is computed.
struct StudyPlace {
  std::filesystem::path folder;  // empty: not known; the tables are made in a temporary folder
  AtomicOutput::Existing existing = AtomicOutput::Existing::kRefuse;
};

/// Runs the whole analysis. Everything that can be refused is refused before the first document is
/// counted. Nothing is left on disk when it throws: UsageError, InputError, OutputError,
/// InterruptedError.
Study RunStudy(const StudyOptions& options, StudyObserver& observer, const StudyPlace& place = {});

}  // namespace zipflens
