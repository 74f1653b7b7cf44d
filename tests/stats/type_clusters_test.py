"""Why slopes over pairs get no errors clustered by token type: what docs/statistics.md says of them.

Tokens have Zipf's frequencies; types differ at random in y, frequency has no effect. The slope of y on
a over tokens is tested with errors clustered by type (CR1; the jackknife's CR3; CR3 with the degrees of
freedom of the clusters' effective number), by permuting a over the types, and over types, one point each.
"""

import sys
import unittest

import numpy as np
import scipy.stats

VOCABULARY = 3000
TOKENS = 16 * 96


def simulate(generator):
    """p by test, and the effective number of clusters (Carter, Schnepel & Steigerwald 2017)."""
    proportions = 1 / np.arange(1, VOCABULARY + 1)
    proportions /= proportions.sum()
    ids = generator.choice(VOCABULARY, size=TOKENS, p=proportions)
    y = generator.standard_normal(VOCABULARY)[ids] + generator.normal(0, 0.05, TOKENS)
    types, of_token, occurrences = np.unique(ids, return_inverse=True, return_counts=True)
    num_types = len(types)
    rows = np.column_stack([np.ones(num_types), np.log(proportions[types])])  # of each type
    sums_y = np.bincount(of_token, weights=y)
    products = (rows.T * occurrences) @ rows
    inverse = np.linalg.inv(products)
    slopes = inverse @ (rows.T @ sums_y)

    scores = rows * (sums_y - occurrences * (rows @ slopes))[:, None]  # X_g' e_g
    cr1 = (inverse @ (scores.T @ scores) @ inverse)[1, 1] * num_types / (num_types - 1)
    others = products - occurrences[:, None, None] * rows[:, :, None] * rows[:, None, :]
    without = np.linalg.solve(others, (rows.T @ sums_y - rows * sums_y[:, None])[:, :, None])[:, 1, 0]
    cr3 = (num_types - 1) / num_types * ((without - slopes[1]) ** 2).sum()
    weights = (occurrences * (rows @ inverse[1])) ** 2
    effective = num_types / (1 + ((weights / weights.mean() - 1) ** 2).mean())

    def p(variance, freedom):
        return 2 * scipy.stats.t.sf(abs(slopes[1]) / np.sqrt(variance), freedom)

    permuted = generator.permuted(np.tile(rows[:, 1], (199, 1)), axis=1)
    permuted = permuted - (permuted @ occurrences / TOKENS)[:, None]
    of_permuted = (permuted @ sums_y) / ((permuted**2) @ occurrences)
    as_extreme = (abs(of_permuted) >= abs(slopes[1])).sum()

    return {"cr1": p(cr1, num_types - 1), "cr3": p(cr3, num_types - 1), "cr3 effective": p(cr3, max(effective - 1, 1)),
            "permuted": (1 + as_extreme) / 200,
            "types": scipy.stats.pearsonr(rows[:, 1], sums_y / occurrences).pvalue}, effective, num_types


def rates(runs, seed):
    found = [simulate(np.random.default_rng((seed, run))) for run in range(runs)]
    shares = {name: np.mean([p[name] < 0.05 for p, _, _ in found]) for name in found[0][0]}
    return shares, np.median([effective for _, effective, _ in found]), np.median([n for _, _, n in found])


class ClustersOfTypes(unittest.TestCase):
    def test_a_few_types_decide_the_slope_and_no_test_of_it_over_types_holds(self):
        shares, effective, num_types = rates(runs=150, seed=1)
        self.assertLess(effective, 3)
        self.assertGreater(num_types, 500)
        highest = scipy.stats.binom.ppf(0.9995, 150, 0.05) / 150
        self.assertGreater(shares["cr1"], highest)
        self.assertLess(shares["permuted"], 0.02)
        self.assertLessEqual(shares["types"], highest)


if __name__ == "__main__":
    if len(sys.argv) == 3:  # RUNS SEED: the rates themselves
        print(*rates(int(sys.argv[1]), int(sys.argv[2])))
    else:
        unittest.main()
