"""The statistics against NumPy, SciPy and statsmodels on arrays made here."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import scipy.stats
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

PROBE = sys.argv.pop(1)
TERMS = (
    "intercept query key query_x_key distance same_token query_position key_position query_special key_special"
).split()
REMOVED_BY_CENTRING = {"intercept", "query", "query_position", "query_special"}
ESTIMATED, REDUNDANT, REMOVED = 0, 1, 2


def probe(command, arrays, *arguments):
    """Name -> array of what the probe prints about the arrays."""
    with tempfile.TemporaryDirectory() as folder:
        for name, values in arrays.items():
            np.ascontiguousarray(values).tofile(pathlib.Path(folder) / name)
        run = subprocess.run([PROBE, command, folder, *map(str, arguments)], capture_output=True, text=True)
    if run.returncode != 0:
        raise AssertionError(run.stderr)
    lines = (line.split(" ") for line in run.stdout.splitlines())
    return {name: np.array([float(value) for value in values]) for name, *values in lines}


class Pairs:
    """Sequences of tokens with Zipf's frequencies and scores that depend on them; all pairs written out."""

    CENTRE = -5.0

    def __init__(self, sequences, length, seed, special=True, level=0.0):
        random = np.random.default_rng(seed)
        self.ids = (random.zipf(1.3, (sequences, length)) % 40).astype(np.int32)
        by_id = np.where(np.arange(40) == 17, np.nan, -np.log(np.arange(40) + 2) - 1.5)
        self.a = by_id[self.ids]
        self.special = (self.ids == 3).astype(np.uint8) if special else np.zeros_like(self.ids, np.uint8)
        self.bias = random.normal(size=(sequences, 3, length))
        self.bias[:, 2] = -0.7
        a = np.nan_to_num(self.a)
        level = level + random.normal(size=(sequences, 1, 1))
        z = level + 0.3 * a[:, :, None] - 0.2 * a[:, None, :] + self.bias[:, 0, :, None] + self.bias[:, 1, None, :]
        self.z = (z - 0.7 + random.normal(size=(sequences, length, length))).astype(np.float32)

    def arrays(self):
        names = {"a.f64": self.a, "ids.i32": self.ids, "special.u8": self.special, "z.f32": self.z}
        return names | {"bias.f64": self.bias}

    def found(self):
        return probe("pairs", self.arrays(), *self.ids.shape, self.CENTRE)

    def columns(self, centred):
        """(X [pairs, terms], response, u, sequence of each pair); row-centred or not."""
        parts = []
        for s in range(len(self.ids)):
            at = np.flatnonzero(~np.isnan(self.a[s]))
            a, ids, special = self.a[s][at] - self.CENTRE, self.ids[s][at], self.special[s][at]
            i, j = np.meshgrid(range(len(at)), range(len(at)), indexing="ij")
            terms = [np.ones(i.shape), a[i], a[j], a[i] * a[j], abs(at[i] - at[j]), ids[i] == ids[j], at[i], at[j]]
            x = np.stack([np.asarray(t, float) for t in [*terms, special[i], special[j]]], axis=-1)
            z = self.z[s][np.ix_(at, at)].astype(float)
            if centred:
                x, z = x - x.mean(axis=1, keepdims=True), z - z.mean(axis=1, keepdims=True)
            u = self.a[s][at][i] + self.a[s][at][j]
            if centred:
                u = u - u.mean(axis=1, keepdims=True)
            parts.append((x.reshape(-1, len(TERMS)), z.ravel(), u.ravel(), np.full(z.size, s)))
        return tuple(np.concatenate(part) for part in zip(*parts))


class PairStatistics(unittest.TestCase):
    def check_regression(self, pairs, dropped):
        found = pairs.found()
        for response in ("score", "row_centred_score"):
            centred = response == "row_centred_score"
            x, z, u, groups = pairs.columns(centred)
            gone = dropped | (REMOVED_BY_CENTRING if centred else set())
            kept = [k for k, term in enumerate(TERMS) if term not in gone]
            fit = sm.OLS(z, x[:, kept]).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
            interval = fit.conf_int()
            for place, k in enumerate(kept):
                status, *numbers = found[f"slope/{response}/{TERMS[k]}"]
                self.assertEqual(status, ESTIMATED, TERMS[k])
                expected = [fit.params[place], fit.bse[place], *interval[place]]
                np.testing.assert_allclose(numbers[:4], expected, rtol=1e-9, atol=1e-10, err_msg=TERMS[k])
                np.testing.assert_allclose(numbers[4], fit.pvalues[place], rtol=1e-7, atol=1e-300)
            for term in gone:
                status, *numbers = found[f"slope/{response}/{term}"]
                removed = centred and term in REMOVED_BY_CENTRING
                self.assertEqual(status, REMOVED if removed else REDUNDANT, term)
                self.assertTrue(np.isnan(numbers).all(), term)
            np.testing.assert_array_equal(found[f"size/{response}"], [len(z), len(pairs.ids)])
            np.testing.assert_allclose(found[f"pair/{response}"], np.corrcoef(u, z)[0, 1], atol=1e-9, rtol=0)
            self.check_explained(found, response, x, z)

    EXPLAINED = {"query": [1], "key": [2], "query,key": [1, 2], "query,key,query_x_key": [1, 2, 3]}

    def check_explained(self, found, response, x, z):
        for terms, columns in self.EXPLAINED.items():
            columns = [c for c in columns if response == "score" or c != 1]  # a[i] is 0 if row-centred
            fit = sm.OLS(z, np.column_stack([np.ones(len(z)), x[:, columns]])).fit()
            np.testing.assert_allclose(found[f"explained/{response}/{terms}"][0], fit.rsquared, atol=1e-9, rtol=0,
                                       err_msg=f"{response} {terms}")

    def test_shares_of_variance_have_jackknife_intervals_over_sequences(self):
        pairs = Pairs(sequences=12, length=30, seed=7)
        found = pairs.found()
        for response in ("score", "row_centred_score"):
            x, z, _, groups = pairs.columns(response == "row_centred_score")
            for terms, columns in self.EXPLAINED.items():
                estimate, *interval = found[f"explained/{response}/{terms}"]
                if response == "row_centred_score" and terms == "query":
                    self.assertEqual([estimate, *interval], [0, 0, 0])
                    continue
                columns = [c for c in columns if response == "score" or c != 1]
                z_without = []
                for g in range(12):
                    rest = groups != g
                    fit = sm.OLS(z[rest], np.column_stack([np.ones(rest.sum()), x[rest][:, columns]])).fit()
                    z_without.append(np.arctanh(np.sqrt(fit.rsquared)))
                middle = np.arctanh(np.sqrt(estimate))
                error = np.sqrt(11 / 12 * ((z_without - middle) ** 2).sum())
                ends = middle + np.array([-1, 1]) * scipy.stats.t.ppf(0.975, 11) * error
                expected = np.tanh(np.maximum(ends, 0)) ** 2
                np.testing.assert_allclose(interval, expected, atol=1e-9, rtol=1e-7, err_msg=f"{response} {terms}")

    def test_fewer_than_eight_sequences_leave_no_interval(self):
        for sequences in (7, 8):
            found = Pairs(sequences=sequences, length=20, seed=9).found()
            self.assertEqual(np.isnan(found["explained/score/key"][1:]).all(), sequences < 8)

    def test_slopes_and_pair_level_r(self):
        self.check_regression(Pairs(sequences=12, length=40, seed=1), dropped=set())

    def test_without_special_tokens_their_terms_are_dropped(self):
        pairs = Pairs(sequences=5, length=25, seed=2, special=False)
        self.check_regression(pairs, dropped={"query_special", "key_special"})

    def test_scores_far_from_zero(self):
        self.check_regression(Pairs(sequences=6, length=30, seed=3, level=1000.0), dropped=set())

    def test_one_sequence_has_slopes_but_no_errors(self):
        pairs = Pairs(sequences=1, length=80, seed=4)
        self.assertTrue(pairs.special.any())
        found = pairs.found()
        x, z, _, _ = pairs.columns(centred=False)
        expected = np.linalg.lstsq(x, z, rcond=None)[0]
        for k, term in enumerate(TERMS):
            _, estimate, *rest = found[f"slope/score/{term}"]
            self.assertAlmostEqual(estimate, expected[k], delta=1e-9)
            self.assertTrue(np.isnan(rest).all())
        self.check_explained(found, "score", x, z)
        self.assertTrue(np.isnan(found["explained/score/key"][1:]).all())

    def test_constant_frequencies_or_scores_leave_no_share(self):
        for change in ("a", "z"):
            pairs = Pairs(sequences=3, length=20, seed=8)
            if change == "a":
                pairs.a = np.full_like(pairs.a, -6.0)
            else:
                pairs.z = np.full_like(pairs.z, 1.5)
            found = pairs.found()
            for response in ("score", "row_centred_score"):
                for terms in self.EXPLAINED:
                    self.assertTrue(np.isnan(found[f"explained/{response}/{terms}"]).all(), (change, response, terms))

    def test_bins_and_means(self):
        pairs = Pairs(sequences=3, length=50, seed=5)
        found = pairs.found()
        for s, (a, z) in enumerate(zip(pairs.a, pairs.z.astype(float))):
            at = np.flatnonzero(~np.isnan(a))
            z = z[np.ix_(at, at)]
            u = a[at][:, None] + a[at][None, :]
            edges = np.unique(np.percentile(u, np.linspace(0, 100, 11)))
            centred = (z - z.mean(axis=1, keepdims=True)).ravel()
            for name, values, statistic in (
                ("bin_mean", z.ravel(), "mean"),
                ("centred_bin_mean", centred, "mean"),
                ("centred_bin_std", centred, "std"),
            ):
                expected = scipy.stats.binned_statistic(u.ravel(), values, statistic, edges).statistic
                np.testing.assert_allclose(found[f"{name}/{s}"], expected, atol=1e-9, rtol=0)
            np.testing.assert_allclose(found[f"row_means/{s}"][at], z.mean(axis=1), atol=1e-9)
            np.testing.assert_allclose(found[f"column_means/{s}"][at], z.mean(axis=0), atol=1e-9)

    def test_split_adds_up(self):
        pairs = Pairs(sequences=4, length=30, seed=6)
        found = pairs.found()
        columns = {name: [] for name in ("content", "query_only", "key_only", "constant")}
        for a, z, (query, key, constant) in zip(pairs.a, pairs.z.astype(float), pairs.bias):
            keep = np.ix_(~np.isnan(a), ~np.isnan(a))
            shape = z.shape
            query, key = np.broadcast_to(query[:, None], shape), np.broadcast_to(key[None, :], shape)
            values = (z - query - key - constant[0], query, key, np.broadcast_to(constant, shape))
            for name, value in zip(columns, values):
                columns[name].append(value[keep].ravel())
        columns = {name: np.concatenate(values) for name, values in columns.items()}
        variance = sum(columns.values()).var()
        for name, values in columns.items():
            expected = [values.mean(), values.var(), values.var() / variance]
            np.testing.assert_allclose(found[f"split/{name}"], expected, atol=1e-9, rtol=1e-9, err_msg=name)
        for one, two in (("content", "query_only"), ("content", "key_only"), ("query_only", "key_only")):
            twice = 2 * np.cov(columns[one], columns[two], ddof=0)[0, 1]
            expected = [twice, twice / variance]
            np.testing.assert_allclose(found[f"split/{one},{two}"][1:], expected, atol=1e-9)
        shares = sum(values[2] for name, values in found.items() if name.startswith("split/"))
        self.assertAlmostEqual(shares, 1.0, delta=1e-12)


class TypeStatistics(unittest.TestCase):
    POINTS = 150

    def setUp(self):
        random = np.random.default_rng(7)
        # Counts of rare tokens tie.
        a = np.log(np.sort(random.zipf(1.5, self.POINTS)) / 1e6)
        noise = random.normal(size=(4, self.POINTS))
        self.a = a
        self.values = np.stack([noise[0], noise[1] + 0.12 * a, np.exp(noise[2]), np.round(noise[3], 1) - 0.1 * a])

    def found(self, permutations, resamples, threads=1):
        arrays = {"a.f64": self.a, "values.f64": self.values}
        return probe("types", arrays, self.POINTS, permutations, resamples, threads)

    def check_permutation(self, name, statistic):
        count = 4000
        for row, found in ((row, self.found(count, 0)[f"{name}/{row}"]) for row in range(4)):
            expected = scipy.stats.permutation_test(
                (self.a,),
                lambda a, row=row: abs(statistic(a, self.values[row])),
                permutation_type="pairings",
                n_resamples=count,
                alternative="greater",
                rng=np.random.default_rng(row),
            )
            self.assertAlmostEqual(abs(found[0]), expected.statistic, delta=1e-9)
            p = (found[3] + expected.pvalue) / 2
            error = np.sqrt(2 * p * (1 - p) / count)
            self.assertLess(abs(found[3] - expected.pvalue), 5 * error + 2 / count, (name, row))

    def test_pearson_permutation(self):
        self.check_permutation("pearson", lambda a, y: np.corrcoef(a, y)[0, 1])

    def test_spearman_permutation(self):
        ranks = [scipy.stats.rankdata(row) for row in self.values]
        by_row = {row.tobytes(): rank for row, rank in zip(self.values, ranks)}
        statistic = lambda a, y: np.corrcoef(scipy.stats.rankdata(a), by_row[y.tobytes()])[0, 1]  # noqa: E731
        self.check_permutation("spearman", statistic)

    def test_estimates(self):
        found = self.found(0, 0)
        for row, values in enumerate(self.values):
            for name, function in (("pearson", scipy.stats.pearsonr), ("spearman", scipy.stats.spearmanr)):
                self.assertAlmostEqual(found[f"{name}/{row}"][0], function(self.a, values).statistic, delta=1e-9)

    def test_bootstrap_intervals(self):
        count = 4000
        found = self.found(0, count)
        for row, values in enumerate(self.values):
            for name, function in (("pearson", scipy.stats.pearsonr), ("spearman", scipy.stats.spearmanr)):
                resampled = scipy.stats.bootstrap(
                    (self.a, values),
                    lambda a, y, function=function: function(a, y).statistic,
                    paired=True,
                    vectorized=False,
                    n_resamples=1500,
                    method="percentile",
                    rng=np.random.default_rng(row),
                )
                interval = resampled.confidence_interval
                # A quantile's Monte Carlo error: sqrt(q (1 - q) / n) over the density there.
                width = interval.high - interval.low
                delta = 5 * np.hypot(np.sqrt(0.025 * 0.975 / count), np.sqrt(0.025 * 0.975 / 1500)) * width / 0.23
                np.testing.assert_allclose(found[f"{name}/{row}"][1:3], interval, atol=delta, err_msg=f"{name} {row}")

    def test_the_same_numbers_for_any_number_of_threads(self):
        one, three = self.found(300, 300, 1), self.found(300, 300, 3)
        for name, values in one.items():
            np.testing.assert_array_equal(values, three[name], err_msg=name)

    def test_a_constant_has_no_correlation(self):
        self.values[1] = 0.1
        found = self.found(100, 100)
        for name in ("pearson/1", "spearman/1"):
            self.assertTrue(np.isnan(found[name]).all())
        self.assertFalse(np.isnan(found["pearson/2"]).any())

    def test_adjusted_p_values(self):
        random = np.random.default_rng(8)
        for size in (1, 2, 78):
            p = np.round(random.uniform(size=size) ** 3, 2)
            np.testing.assert_allclose(probe("adjust", {"p.f64": p})["q"], multipletests(p, method="fdr_bh")[1])
        p = np.array([0.01, np.nan, 0.04])
        np.testing.assert_allclose(probe("adjust", {"p.f64": p})["q"], [0.02, np.nan, 0.04])


def jackknife_interval(statistic, sequences):
    """The t interval of a correlation from its values without each sequence, by Fisher's z."""
    everything = np.arange(sequences)
    whole = np.arctanh(statistic(everything))
    without_one = np.arctanh([statistic(np.delete(everything, k)) for k in everything])
    error = np.sqrt((sequences - 1) / sequences * ((without_one - whole) ** 2).sum())
    return np.tanh(scipy.stats.t.interval(0.95, sequences - 1, whole, error))


class SequenceStatistics(unittest.TestCase):
    def profile(self, sequences):
        random = np.random.default_rng(9)
        centres = np.linspace(-20, -8, 12) + random.normal(size=(sequences, 12)) * 0.2
        values = 0.02 * centres + random.normal(size=(sequences, 1)) + random.normal(size=(sequences, 12)) * 0.4
        values[3, 5] = centres[3, 5] = np.nan
        return centres, values, probe("profile", {"centres.f64": centres, "values.f64": values}, sequences, 12)

    def test_profile_bands(self):
        centres, values, found = self.profile(9)

        def correlation(rows):
            return np.corrcoef(np.nanmean(centres[rows], axis=0), np.nanmean(values[rows], axis=0))[0, 1]

        np.testing.assert_allclose(found["correlation"], jackknife_interval(correlation, 9), rtol=1e-9)
        num = (~np.isnan(values)).sum(axis=0)
        expected = scipy.stats.t.interval(0.95, num - 1, np.nanmean(values, axis=0),
                                          scipy.stats.sem(values, axis=0, nan_policy="omit"))
        np.testing.assert_allclose([found["lower"], found["upper"]], expected, rtol=1e-9, atol=1e-12)

    def test_fewer_than_eight_values_have_no_interval(self):
        _, _, found = self.profile(8)  # one of the bins has seven
        self.assertFalse(np.isnan(found["correlation"]).any())
        np.testing.assert_array_equal(np.flatnonzero(np.isnan(found["lower"])), [5])
        _, _, found = self.profile(7)
        for name in ("correlation", "lower", "upper"):
            self.assertTrue(np.isnan(found[name]).all(), name)

    def test_pooled_correlation(self):
        random = np.random.default_rng(10)
        for sequences in (7, 8, 25):
            x = random.normal(size=(sequences, 40)) + random.normal(size=(sequences, 1)) + 1000
            y = 0.2 * x + random.normal(size=(sequences, 40))
            y[2, :5] = np.nan
            found = probe("pooled", {"x.f64": x, "y.f64": y}, sequences, 40)["correlation"]
            keep = ~np.isnan(y)
            expected = jackknife_interval(lambda rows: np.corrcoef(x[rows][keep[rows]], y[rows][keep[rows]])[0, 1],
                                          sequences)
            if sequences < 8:
                self.assertTrue(np.isnan(found).all())
            else:
                np.testing.assert_allclose(found, expected, rtol=1e-9)

    def test_a_sequence_without_points_does_not_count(self):
        random = np.random.default_rng(11)
        x, y = random.normal(size=(2, 8, 30))
        y[4] = np.nan
        self.assertTrue(np.isnan(probe("pooled", {"x.f64": x, "y.f64": y}, 8, 30)["correlation"]).all())


if __name__ == "__main__":
    unittest.main()
