// RunStudy: runs the whole analysis, from options to a study.
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

/// Receives intermediate results while a study runs, in this order, so that they can be shown as
/// the notebook does.
class StudyObserver : public ProgressObserver {
 public:
  /// `record` has the names and values of the fields of the corpus's first record.
  virtual void OnCorpus(const CorpusInfo& /*info*/,
                        const std::vector<std::pair<std::string, std::string>>& /*record*/) {}
  virtual void OnModel(const ModelConfig& /*config*/) {}
  virtual void OnCounts(const CorpusPass& /*pass*/, const Tokenizer& /*tokenizer*/) {}
};

/// The folder in which a study will be saved. The tables are made beside it, and an existing output
/// is refused before anything is computed.
struct StudyPlace {
  std::filesystem::path folder;  // empty: unknown; the tables are made in a temporary folder
  AtomicOutput::Existing existing = AtomicOutput::Existing::kRefuse;
};

/// Runs the whole analysis. Whatever can be checked in advance is checked before the first document
/// is counted. Throws UsageError, InputError, OutputError or InterruptedError; then nothing is left
/// on disk.
Study RunStudy(const StudyOptions& options, StudyObserver& observer, const StudyPlace& place = {});

}  // namespace zipflens
