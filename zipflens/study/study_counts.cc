#include "zipflens/study/study_counts.h"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/counting/count_reader.h"
#include "zipflens/stats/count_reliability.h"

namespace zipflens {

StudyCounts::StudyCounts(const StudyOptions& options, const CorpusOptions& corpus_options,
                         const std::vector<std::string>& counts_corpus, StudyObserver& observer,
                         std::function<void(const std::string&)> warn)
    : options_(options),
      corpus_options_(corpus_options),
      counts_corpus_(counts_corpus),
      observer_(observer),
      warn_(std::move(warn)) {}

void StudyCounts::ReadFile(const Tokenizer& tokenizer) {
  if (options_.counts_file.empty()) return;
  FileCounts file = ReadCountFile(options_.counts_file, tokenizer);
  if (!file.vocabulary_checked) {
    warn_(
        fmt::format("{} does not say which vocabulary it counts: its ids are taken for those of "
                    "the model",
                    options_.counts_file.string()));
  }
  elsewhere_.emplace(Counts{std::move(file.counts), {}, 0});
}

CorpusPassOptions StudyCounts::PassOptions(const StudyInputs& inputs) const {
  return {.target_tokens = options_.target_tokens,
          .num_threads = inputs.num_threads,
          .memory_budget = ResolveTableBytes(options_.table_bytes),
          .counts_halves = true};
}

void StudyCounts::Count(StudyInputs& inputs) {
  CorpusPassOptions options = PassOptions(inputs);
  options.num_sequences = options_.num_sequences;
  options.sequence_length = inputs.sequence_length;
  options.allow_fewer = options_.allow_fewer;
  options.batch_choice = options_.batch_choice;
  options.seed = options_.seed;
  options.counts_others = options_.counts_split;
  pass_.emplace(ReadCorpus(*inputs.corpus, inputs.tokenizer, options, &observer_));
  observer_.OnCounts(*pass_, inputs.tokenizer);
  for (const std::string& warning : ReadingWarnings(*inputs.corpus, *pass_)) warn_(warning);
  RequireEmbeddings(pass_->batch, inputs.tokenizer, inputs.model_config);
  WarnWhereShort(*pass_, "the corpus");
  if (pass_->batch.num_sequences < options_.num_sequences) {
    warn_(fmt::format("the batch has {} sequences of the {} asked for", pass_->batch.num_sequences,
                      options_.num_sequences));
  }
  if (!counts_corpus_.empty()) CountOtherCorpus(inputs);
  if (options_.counts_split) UseOtherDocuments();
}

void StudyCounts::CountOtherCorpus(const StudyInputs& inputs) {
  const auto corpus = OpenCorpus(counts_corpus_, corpus_options_);
  CorpusPass pass = ReadCorpus(*corpus, inputs.tokenizer, PassOptions(inputs), &observer_);
  for (const std::string& warning : ReadingWarnings(*corpus, pass)) {
    warn_("the corpus of the counts: " + warning);
  }
  WarnWhereShort(pass, "the corpus of the counts");
  elsewhere_.emplace(
      Counts{std::move(pass.counts), std::move(pass.even_counts), pass.documents_counted});
}

void StudyCounts::UseOtherDocuments() {
  OtherDocuments& others = *pass_->others;
  if (others.counts.total == 0) {
    throw InputError({.source = "`counts_split`",
                      .found = fmt::format("no token in the {} counted documents that give no "
                                           "sequence of the batch",
                                           others.documents_counted),
                      .expected = "documents to count; give a larger `target_tokens`, a larger "
                                  "corpus or fewer `num_sequences`"});
  }
  elsewhere_.emplace(
      Counts{std::move(others.counts), std::move(others.even_counts), others.documents_counted});
}

void StudyCounts::WarnWhereShort(const CorpusPass& pass, const char* name) const {
  if (pass.counts.total >= options_.target_tokens) return;
  warn_(
      fmt::format("{} ended before the target: {} tokens counted of {} asked for, in {} "
                  "documents; the counts are those of the whole corpus",
                  name, pass.counts.total, options_.target_tokens, pass.documents_counted));
}

std::uint64_t StudyCounts::documents_counted() const {
  return elsewhere_ ? elsewhere_->documents : pass_->documents_counted;
}

std::vector<CountedFrequency> StudyCounts::Relate(const Batch& batch, CountSource source,
                                                  const Tokenizer& tokenizer,
                                                  Smoothing smoothing) const {
  const TokenControls controls = {options_.exclude_special, options_.exclude_punctuation,
                                  options_.skip_positions};
  std::vector<CountedFrequency> sources;
  sources.push_back(
      {source, counts(), MakeBatchFrequency(batch, counts(), tokenizer, smoothing, controls)});
  if (!elsewhere_) return sources;
  // The corpus's own counts do not have to cover the tokens that are counted elsewhere.
  const Smoothing lenient = smoothing == Smoothing::kError ? Smoothing::kExclude : smoothing;
  sources.push_back({CountSource::kCorpus, pass_->counts,
                     MakeBatchFrequency(batch, pass_->counts, tokenizer, lenient, controls)});
  LeaveOutOfBoth(sources[0].frequency, sources[1].frequency);
  return sources;
}

std::vector<ReliabilityRow> StudyCounts::Reliability(
    const std::vector<CountedFrequency>& sources) const {
  std::vector<ReliabilityRow> rows;
  for (const CountedFrequency& source : sources) {
    const bool is_own = source.counts == CountSource::kCorpus;
    const std::vector<std::uint64_t>& even = is_own ? pass_->even_counts : elsewhere_->even_counts;
    ReliabilityRow row{.counts = source.counts};
    if (!even.empty()) {
      std::set<std::int32_t> ids;
      for (std::size_t place = 0; place < pass_->batch.token_ids.size(); ++place) {
        if (std::isnan(source.frequency.log_proportions[place])) continue;
        ids.insert(pass_->batch.token_ids[place]);
      }
      const CountReliability found = ReliabilityOfCounts(
          source.token_counts.counts, even, std::vector<std::int32_t>(ids.begin(), ids.end()));
      row.estimate = found.estimate;
      row.stepped_up = found.stepped_up;
      row.n = found.n;
      row.in_one_half = found.in_one_half;
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace zipflens
