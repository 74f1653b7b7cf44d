// AdjustByFamily: computes the q-values of the rows of a table, family by family.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "zipflens/stats/type_association.h"

namespace zipflens {

/// Sets `q` of every row that names a family to the Benjamini-Hochberg adjustment of `p` over the
/// rows of that family. A row without a p keeps no q and is not counted.
template <typename Row>
void AdjustByFamily(double Row::*p, double Row::*q, std::vector<Row>& rows) {
  std::map<std::string, std::vector<Row*>> families;
  for (Row& row : rows) {
    if (!row.family.empty()) families[row.family].push_back(&row);
  }
  for (const auto& [family, members] : families) {
    std::vector<double> p_values;
    p_values.reserve(members.size());
    for (const Row* row : members) p_values.push_back(row->*p);
    const std::vector<double> q_values = BenjaminiHochberg(p_values);
    for (std::size_t i = 0; i < members.size(); ++i) members[i]->*q = q_values[i];
  }
}

}  // namespace zipflens
