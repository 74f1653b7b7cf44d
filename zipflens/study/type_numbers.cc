#include "zipflens/study/type_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "zipflens/stats/correlation.h"

namespace zipflens {
namespace {

/// One quantity to relate to frequency, and the rows it makes.
struct Quantity {
  std::string measure;
  int layer;
  int head;
  std::size_t index;  // in TypeSums
};

/// Quantities over the same types. [quantities, points]
struct TypeMatrix {
  std::vector<double> a;
  std::vector<double> values;
};

// The types that have a value of every quantity.
TypeMatrix MatrixOf(const std::vector<Quantity>& quantities, const TypeIndex& types,
                    const TypeSums& sums) {
  std::vector<std::vector<double>> means;
  means.reserve(quantities.size());
  for (const Quantity& quantity : quantities) means.push_back(sums.Means(quantity.index));
  std::vector<std::size_t> points;
  TypeMatrix matrix;
  for (std::size_t type = 0; type < types.size(); ++type) {
    bool complete = true;
    for (const auto& values : means) complete = complete && !std::isnan(values[type]);
    if (!complete) continue;
    points.push_back(type);
    matrix.a.push_back(types.log_proportions()[type]);
  }
  matrix.values.reserve(points.size() * means.size());
  for (const auto& values : means) {
    for (const std::size_t type : points) matrix.values.push_back(values[type]);
  }
  return matrix;
}

Correlation MakeRow(const Quantity& quantity, const Association& association, std::size_t n,
                    const char* method, const std::string& counts) {
  return {.measure = quantity.measure,
          .layer = quantity.layer,
          .head = quantity.head,
          .estimate = association.estimate,
          .lower = association.lower,
          .upper = association.upper,
          .p = association.p,
          .n = n,
          .method = method,
          .family = fmt::format("{}, {}, {}", quantity.measure, method,
                                quantity.head < 0 ? "layers" : "layers x heads"),
          .counts = counts};
}

void Relate(const std::vector<Quantity>& quantities, const TypeIndex& types, const TypeSums& sums,
            const std::string& counts, const ResamplingOptions& resampling,
            std::vector<Correlation>& rows) {
  const TypeMatrix matrix = MatrixOf(quantities, types, sums);
  const std::size_t n = matrix.a.size();
  const TypeAssociations found =
      AssociateTypes(matrix.a, {matrix.values.data(), quantities.size(), n}, resampling);
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    rows.push_back(MakeRow(quantities[i], found.pearson[i], n, "pearson", counts));
  }
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    rows.push_back(MakeRow(quantities[i], found.spearman[i], n, "spearman", counts));
  }
}

void Adjust(std::vector<Correlation>& rows) {
  std::map<std::string, std::vector<std::size_t>> families;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::isnan(rows[i].p)) {
      rows[i].family.clear();
      continue;
    }
    families[rows[i].family].push_back(i);
  }
  for (const auto& [family, members] : families) {
    std::vector<double> p_values;
    p_values.reserve(members.size());
    for (const std::size_t i : members) p_values.push_back(rows[i].p);
    const std::vector<double> q_values = BenjaminiHochberg(p_values);
    for (std::size_t k = 0; k < members.size(); ++k) rows[members[k]].q = q_values[k];
  }
}

}  // namespace

std::vector<Correlation> TypeCorrelations(const TypeIndex& types, const TypeSums& sums,
                                          const TypeQuantities& quantities,
                                          std::span<const int> layers, const std::string& counts,
                                          const ResamplingOptions& resampling) {
  std::vector<Quantity> log_norms, row_scores, column_scores;
  for (std::size_t layer_idx = 0; layer_idx < layers.size(); ++layer_idx) {
    const int layer = layers[layer_idx];
    log_norms.push_back({"type_log_norm", layer, -1, quantities.LogNorm(layer_idx)});
    for (std::size_t slot = 0; slot < quantities.num_slots; ++slot) {
      const int head = static_cast<int>(slot) - 1;
      row_scores.push_back({"type_row_score", layer, head, quantities.RowScore(layer_idx, slot)});
      column_scores.push_back(
          {"type_column_score", layer, head, quantities.ColumnScore(layer_idx, slot)});
    }
  }
  std::vector<Correlation> rows;
  for (const auto* members : {&log_norms, &row_scores, &column_scores}) {
    Relate(*members, types, sums, counts, resampling, rows);
  }
  Adjust(rows);
  return rows;
}

// r and the slope share numerator and sign, and permuting a changes neither deviation: they have
// one p.
void SetTypeSlopes(const TypeIndex& types, const TypeSums& sums, const TypeQuantities& quantities,
                   std::span<const int> layers, std::span<const Correlation> correlations,
                   std::vector<Slope>& slopes) {
  using Key = std::tuple<std::string, int, int>;
  std::map<Key, const Correlation*> tests;
  for (const Correlation& row : correlations) {
    if (row.method == "pearson") tests[{row.measure, row.layer, row.head}] = &row;
  }
  for (Slope& slope : slopes) {
    const bool is_query = slope.term == "query";
    if (slope.response != "score" || (!is_query && slope.term != "key")) continue;
    const auto found =
        tests.find({is_query ? "type_row_score" : "type_column_score", slope.layer, slope.head});
    if (found == tests.end()) continue;
    const auto layer_idx =
        static_cast<std::size_t>(std::ranges::find(layers, slope.layer) - layers.begin());
    const std::size_t slot = slope.head < 0 ? 0 : static_cast<std::size_t>(slope.head) + 1;
    const PairMoments moments = PairMoments::Of(
        types.log_proportions(), sums.Means(is_query ? quantities.RowScore(layer_idx, slot)
                                                     : quantities.ColumnScore(layer_idx, slot)));
    if (moments.sum_xx > 0) slope.type_estimate = moments.sum_xy / moments.sum_xx;
    slope.type_p = found->second->p;
    slope.type_q = found->second->q;
  }
}

std::vector<TypeRow> TypeRows(const TypeIndex& types, const TypeSums& sums,
                              const TypeQuantities& quantities, std::span<const int> layers,
                              std::span<const std::uint64_t> token_counts) {
  std::vector<TypeRow> rows;
  rows.reserve(layers.size() * types.size());
  for (std::size_t layer_idx = 0; layer_idx < layers.size(); ++layer_idx) {
    const std::vector<double> log_norms = sums.Means(quantities.LogNorm(layer_idx));
    const std::vector<double> row_scores = sums.Means(quantities.RowScore(layer_idx, 0));
    const std::vector<double> column_scores = sums.Means(quantities.ColumnScore(layer_idx, 0));
    for (std::size_t type = 0; type < types.size(); ++type) {
      const std::int32_t id = types.ids()[type];
      rows.push_back({.id = id,
                      .count = token_counts[static_cast<std::size_t>(id)],
                      .log_proportion = types.log_proportions()[type],
                      .occurrences = types.occurrences()[type],
                      .layer = layers[layer_idx],
                      .mean_log_norm = log_norms[type],
                      .mean_row_score = row_scores[type],
                      .mean_column_score = column_scores[type]});
    }
  }
  return rows;
}

}  // namespace zipflens
