#include "zipflens/analysis/type_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "zipflens/analysis/family_adjustment.h"
#include "zipflens/model/probe.h"
#include "zipflens/stats/correlation.h"

namespace zipflens {
namespace {

// The number of quantities that are tested together; it bounds the memory. All quantities use the
// same permutations, so the results do not depend on it.
constexpr std::size_t kQuantitiesAtATime = 80;

/// One quantity that is related to frequency, and its table rows.
struct Quantity {
  Measure measure;
  int layer;
  int head;
  std::vector<double> (*means)(const TypeValues&, std::size_t layer_idx, std::size_t slot);
  std::size_t layer_idx;
  std::size_t slot;
};

Correlation MakeRow(const Quantity& quantity, const Association& association, std::size_t n,
                    CorrelationMethod method, CountSource counts) {
  return {.measure = quantity.measure,
          .layer = quantity.layer,
          .head = quantity.head,
          .estimate = association.estimate,
          .lower = association.lower,
          .upper = association.upper,
          .p = association.p,
          .n = n,
          .method = method,
          .family =
              std::isnan(association.p)
                  ? ""
                  : fmt::format("{}, {}, {}, counts: {}", MeasureName(quantity.measure),
                                MethodName(method), quantity.head < 0 ? "layers" : "layers x heads",
                                CountSourceName(counts)),
          .counts = counts};
}

// Relates the quantities to frequency. `present`, [T], marks the types that have a value.
void Relate(std::span<const Quantity> quantities, const TypeValues& values,
            const std::vector<bool>& present, CountSource counts,
            const ResamplingOptions& resampling, std::vector<Correlation>& rows) {
  const std::vector<double>& all_a = values.types().log_proportions();
  std::vector<double> a;
  for (std::size_t type = 0; type < all_a.size(); ++type) {
    if (present[type]) a.push_back(all_a[type]);
  }
  std::vector<Correlation> spearman_rows;
  for (std::size_t first = 0; first < quantities.size(); first += kQuantitiesAtATime) {
    const auto some =
        quantities.subspan(first, std::min(kQuantitiesAtATime, quantities.size() - first));
    std::vector<double> matrix;  // [quantities, points]
    matrix.reserve(some.size() * a.size());
    std::vector<std::size_t> num_points;  // [quantities]
    for (const Quantity& quantity : some) {
      const std::vector<double> means = quantity.means(values, quantity.layer_idx, quantity.slot);
      bool is_known = true;
      for (std::size_t type = 0; type < means.size(); ++type) {
        if (!present[type]) continue;
        is_known = is_known && !std::isnan(means[type]);
        matrix.push_back(is_known ? means[type] : 0);
      }
      num_points.push_back(is_known ? a.size() : 0);
      // A quantity without values is treated as constant: it has no r and no p.
      if (!is_known) std::fill(matrix.end() - a.size(), matrix.end(), 0);
    }
    const TypeAssociations found = AssociateTypes(a, some.size(), std::move(matrix), resampling);
    for (std::size_t i = 0; i < some.size(); ++i) {
      rows.push_back(
          MakeRow(some[i], found.pearson[i], num_points[i], CorrelationMethod::kPearson, counts));
      spearman_rows.push_back(
          MakeRow(some[i], found.spearman[i], num_points[i], CorrelationMethod::kSpearman, counts));
    }
  }
  std::ranges::move(spearman_rows, std::back_inserter(rows));
}

// The column means of row-centred scores, [S]: the mean of the rows' means is that of all pairs.
std::vector<double> Centred(const ScoreSummary& summary) {
  std::vector<double> means = summary.column_means;
  for (double& mean : means) mean -= summary.sums.mean;
  return means;
}

}  // namespace

TypeValues::TypeValues(TypeIndex types, std::vector<int> layers, std::size_t num_slots)
    : types_(std::move(types)),
      layers_(std::move(layers)),
      num_slots_(num_slots),
      log_norms_(layers_.size(), types_.size()),
      lacks_norms_(layers_.size(), false),
      scores_(3 * layers_.size() * num_slots, types_.size()) {}

std::vector<std::size_t> TypeValues::TypesOf(std::span<const std::int32_t> token_ids,
                                             std::span<const double> log_proportions) const {
  std::vector<std::size_t> types;
  types.reserve(token_ids.size());
  for (std::size_t position = 0; position < token_ids.size(); ++position) {
    types.push_back(std::isnan(log_proportions[position]) ? TypeIndex::kNoType
                                                          : types_.TypeOf(token_ids[position]));
  }
  return types;
}

void TypeValues::Add(std::span<const std::size_t> types, std::span<const float> log_norms,
                     std::span<const ScoreSummary> scores) {
  std::vector<std::size_t> later_types(types.begin(), types.end());
  if (!later_types.empty()) later_types.front() = TypeIndex::kNoType;
  log_norms_.Count(later_types);
  scores_.Count(types);
  for (std::size_t layer_idx = 0; layer_idx < layers_.size(); ++layer_idx) {
    const auto of_layer = log_norms.subspan(layer_idx * types.size(), types.size());
    std::vector<double> norms(of_layer.begin(), of_layer.end());
    for (std::size_t i = 0; i < norms.size(); ++i) {
      if (!std::isnan(norms[i])) continue;
      norms[i] = 0;  // the sums of this layer are not used, because a norm is NaN
      if (later_types[i] != TypeIndex::kNoType) lacks_norms_[layer_idx] = true;
    }
    log_norms_.Add(layer_idx, later_types, norms);
    for (std::size_t slot = 0; slot < num_slots_; ++slot) {
      const ScoreSummary& summary = scores[layer_idx * num_slots_ + slot];
      scores_.Add(RowScore(layer_idx, slot), types, summary.row_means);
      scores_.Add(RowScore(layer_idx, slot) + 1, types, summary.column_means);
      scores_.Add(RowScore(layer_idx, slot) + 2, types, Centred(summary));
    }
  }
}

std::vector<Correlation> TypeCorrelations(const TypeValues& values, CountSource counts,
                                          const ResamplingOptions& resampling) {
  const auto log_norms_of = [](const TypeValues& of, std::size_t layer_idx, std::size_t /*slot*/) {
    return of.LogNorms(layer_idx);
  };
  const auto rows_of = [](const TypeValues& of, std::size_t layer_idx, std::size_t slot) {
    return of.RowScores(layer_idx, slot);
  };
  const auto columns_of = [](const TypeValues& of, std::size_t layer_idx, std::size_t slot) {
    return of.ColumnScores(layer_idx, slot);
  };
  const auto centred_of = [](const TypeValues& of, std::size_t layer_idx, std::size_t slot) {
    return of.CentredColumnScores(layer_idx, slot);
  };
  std::vector<Quantity> log_norms, row_scores, column_scores, centred_scores;
  for (std::size_t layer_idx = 0; layer_idx < values.layers().size(); ++layer_idx) {
    const int layer = values.layers()[layer_idx];
    log_norms.push_back({Measure::kTypeLogNorm, layer, -1, log_norms_of, layer_idx, 0});
    for (std::size_t slot = 0; slot < values.num_slots(); ++slot) {
      const int head = HeadOfSlot(slot);
      row_scores.push_back({Measure::kTypeRowScore, layer, head, rows_of, layer_idx, slot});
      column_scores.push_back(
          {Measure::kTypeColumnScore, layer, head, columns_of, layer_idx, slot});
      centred_scores.push_back(
          {Measure::kTypeColumnCentred, layer, head, centred_of, layer_idx, slot});
    }
  }
  const std::vector<bool> all(values.types().size(), true);
  std::vector<Correlation> rows;
  Relate(log_norms, values, values.HasLogNorm(), counts, resampling, rows);
  Relate(row_scores, values, all, counts, resampling, rows);
  Relate(column_scores, values, all, counts, resampling, rows);
  Relate(centred_scores, values, all, counts, resampling, rows);
  AdjustByFamily(&Correlation::p, &Correlation::q, rows);
  return rows;
}

// r and the slope have the same numerator and sign, and permuting a changes neither standard
// deviation. They therefore have the same p.
void SetTypeSlopes(const TypeValues& values, std::span<const Correlation> correlations,
                   std::vector<Slope>& slopes) {
  using Key = std::tuple<Measure, int, int>;
  std::map<Key, const Correlation*> tests;
  for (const Correlation& row : correlations) {
    if (row.method == CorrelationMethod::kPearson) tests[{row.measure, row.layer, row.head}] = &row;
  }
  const auto means_of = [&values](Measure measure, std::size_t layer_idx, std::size_t slot) {
    if (measure == Measure::kTypeRowScore) return values.RowScores(layer_idx, slot);
    return measure == Measure::kTypeColumnScore ? values.ColumnScores(layer_idx, slot)
                                                : values.CentredColumnScores(layer_idx, slot);
  };
  for (Slope& slope : slopes) {
    const std::optional<Measure> measure = TypeMeasure(slope.response, slope.term);
    if (!measure) continue;
    const auto found = tests.find({*measure, slope.layer, slope.head});
    if (found == tests.end()) continue;
    const std::size_t layer_idx =
        std::ranges::find(values.layers(), slope.layer) - values.layers().begin();
    const std::size_t slot = SlotOfHead(slope.head);
    const PairMoments moments =
        PairMoments::Of(values.types().log_proportions(), means_of(*measure, layer_idx, slot));
    if (moments.sum_xx > 0) slope.type_estimate = moments.sum_xy / moments.sum_xx;
    slope.type_p = found->second->p;
    slope.type_q = found->second->q;
  }
}

std::vector<TypeRow> TypeRows(const TypeValues& values,
                              std::span<const std::uint64_t> token_counts) {
  const TypeIndex& types = values.types();
  std::vector<TypeRow> rows;
  rows.reserve(values.layers().size() * types.size());
  for (std::size_t layer_idx = 0; layer_idx < values.layers().size(); ++layer_idx) {
    const std::vector<double> log_norms = values.LogNorms(layer_idx);
    const std::vector<double> row_scores = values.RowScores(layer_idx, 0);
    const std::vector<double> column_scores = values.ColumnScores(layer_idx, 0);
    for (std::size_t type = 0; type < types.size(); ++type) {
      const std::int32_t id = types.ids()[type];
      rows.push_back({.id = id,
                      .count = token_counts[id],
                      .log_proportion = types.log_proportions()[type],
                      .occurrences = types.occurrences()[type],
                      .layer = values.layers()[layer_idx],
                      .mean_log_norm = log_norms[type],
                      .mean_row_score = row_scores[type],
                      .mean_column_score = column_scores[type]});
    }
  }
  return rows;
}

}  // namespace zipflens
