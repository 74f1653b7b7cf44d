#include "zipflens/analysis/analysis.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "zipflens/analysis/control_tables.h"
#include "zipflens/analysis/statistics_tables.h"

namespace zipflens {

Analysis::Analysis(EncodeInput input, const std::vector<CountedFrequency>& sources,
                   const ResamplingOptions& resampling, const std::filesystem::path& folder)
    : input_(std::move(input)),
      sources_(sources),
      folder_(folder),
      metadata_(sources.front().frequency.LeftOutMetadata()),
      tables_(folder, input_.layers, input_.encoder.shape().num_heads, metadata_) {
  for (const CountedFrequency& source : sources_) {
    input_.frequencies.push_back(&source.frequency);
    const FrequencyOptions options = {.layers = input_.layers,
                                      .num_heads = input_.encoder.shape().num_heads,
                                      .num_bins = input_.num_bins,
                                      .counts = source.counts,
                                      .resampling = resampling};
    statistics_.push_back(std::make_unique<FrequencyStatistics>(
        options, input_.batch, source.frequency,
        folder / fmt::format("scores.{}.scratch", statistics_.size())));
  }
}

Analysis::~Analysis() = default;

void Analysis::Encode(ProgressObserver* observer) {
  EncodeBatch(
      input_,
      [this](std::size_t sequence_idx, SequenceSummary&& summary) {
        for (std::size_t i = 0; i < sources_.size(); ++i) {
          statistics_[i]->Add(sequence_idx, summary, summary.by_frequency[i]);
        }
        tables_.Append(sequence_idx, summary, summary.by_frequency.front(),
                       sources_.front().frequency.Sequence(sequence_idx));
      },
      observer);
}

FrequencyResults Analysis::Finish(const std::vector<std::string>& tokens,
                                  ProgressObserver* observer) {
  FrequencyResults results =
      statistics_.front()->Finish(sources_.front().token_counts.counts, tokens, observer);
  for (const AveragedProfile& average : results.profiles) {
    tables_.AppendAverage(average, results.pairs_per_bin);
  }
  tables_.Close();
  WriteSplit(folder_, results.findings.splits, metadata_);
  WriteTypes(folder_, results.findings.types, tokens, metadata_);
  for (std::size_t i = 1; i < sources_.size(); ++i) {
    FrequencyResults beside =
        statistics_[i]->Finish(sources_[i].token_counts.counts, tokens, observer);
    results.replication.insert(results.replication.end(), beside.replication.begin(),
                               beside.replication.end());
    results.partial.insert(results.partial.end(), beside.partial.begin(), beside.partial.end());
    results.findings.correlations.insert(results.findings.correlations.end(),
                                         beside.findings.correlations.begin(),
                                         beside.findings.correlations.end());
    results.findings.slopes.insert(results.findings.slopes.end(), beside.findings.slopes.begin(),
                                   beside.findings.slopes.end());
    results.findings.explained.insert(results.findings.explained.end(),
                                      beside.findings.explained.begin(),
                                      beside.findings.explained.end());
  }
  WriteExplained(folder_, results.findings.explained, metadata_);
  WriteSlopes(folder_, results.findings.slopes, metadata_);
  WriteCorrelations(folder_, results.findings.correlations, metadata_);
  WriteReplication(folder_, results.replication, metadata_);
  WritePartial(folder_, results.partial, metadata_);
  statistics_.clear();  // this removes the scratch files
  return results;
}

}  // namespace zipflens
