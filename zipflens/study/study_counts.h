// StudyCounts: the corpus pass of a study, the counts that its log-proportions come from, and how
// reliable they are.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/analysis/analysis.h"
#include "zipflens/analysis/control_rows.h"
#include "zipflens/counting/corpus_pass.h"
#include "zipflens/study/run_study.h"
#include "zipflens/study/study_inputs.h"
#include "zipflens/study/study_options.h"

namespace zipflens {

/// Counts a study's corpus and, if the options ask for it, finds other counts: those of a file, of
/// another corpus, or of the corpus's documents that give no sequence of the batch.
class StudyCounts {
 public:
  /// Everything must outlive the object. `counts_corpus` are the local paths of
  /// `options.counts_corpus`. `warn` receives the warnings of reading and counting.
  StudyCounts(const StudyOptions& options, const CorpusOptions& corpus_options,
              const std::vector<std::string>& counts_corpus, StudyObserver& observer,
              std::function<void(const std::string&)> warn);

  /// Reads the count file, if the options name one. Throws InputError.
  void ReadFile(const Tokenizer& tokenizer);
  /// Counts the corpus, collects the batch, and counts the other corpus. Throws InputError.
  void Count(StudyInputs& inputs);

  const CorpusPass& pass() const { return *pass_; }
  /// The counts that the study uses.
  const TokenCounts& counts() const { return elsewhere_ ? elsewhere_->counts : pass_->counts; }
  /// Whether these are not the counts of the whole corpus.
  bool is_elsewhere() const { return elsewhere_.has_value(); }
  /// The number of documents that counts() come from; 0 if it is not known.
  std::uint64_t documents_counted() const;

  /// Returns the log-proportions of a batch for each source: first the counts that the study uses,
  /// then the corpus's own if they differ. A token that one source leaves out is left out of both.
  /// Throws InputError under Smoothing::kError if a batch of the study has an uncounted token.
  std::vector<CountedFrequency> Relate(const Batch& batch, CountSource source,
                                       const Tokenizer& tokenizer, Smoothing smoothing) const;

  /// Returns one row per source of Relate, over the types of the batch that take part.
  std::vector<ReliabilityRow> Reliability(const std::vector<CountedFrequency>& sources) const;

 private:
  struct Counts {
    TokenCounts counts;
    std::vector<std::uint64_t> even_counts;  // as CorpusPass::even_counts
    std::uint64_t documents = 0;
  };

  CorpusPassOptions PassOptions(const StudyInputs& inputs) const;
  void CountOtherCorpus(const StudyInputs& inputs);
  void UseOtherDocuments();
  void WarnWhereShort(const CorpusPass& pass, const char* name) const;

  const StudyOptions& options_;
  const CorpusOptions& corpus_options_;
  const std::vector<std::string>& counts_corpus_;
  StudyObserver& observer_;
  std::function<void(const std::string&)> warn_;
  std::optional<CorpusPass> pass_;
  std::optional<Counts> elsewhere_;
};

}  // namespace zipflens
