"""Every statistic of a small study, recomputed from its captured scores with numpy, scipy and statsmodels."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import numpy as np
import pandas as pd
import scipy.stats
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

from tests.reference import notebook_recipe as recipe

SOURCE = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
ZIPFLENS = os.environ["ZIPFLENS"]
MODEL = SOURCE / "data/all-minilm-l6-v2"
CORPUS = SOURCE / "data/wikipedia-sample.parquet"
TERMS = ["intercept", "query", "key", "query_x_key", "distance", "same_token", "query_position", "key_position",
         "query_special", "key_special"]


def zipflens(*arguments):
    return subprocess.run([ZIPFLENS, *map(str, arguments)], check=True, capture_output=True, text=True)


def r_squared(x, z):
    """The share of the variance of z that a least-squares fit on the columns of x and a constant explains."""
    x = np.column_stack([np.ones(len(z)), x])
    residual = z - x @ np.linalg.lstsq(x, z, rcond=None)[0]
    return 1 - residual @ residual / ((z - z.mean()) ** 2).sum()


def jackknife_of_root(share, without_one):
    """The interval of a share from its values without each sequence: that of its root, a correlation, by Fisher's z."""
    whole, others = np.arctanh(np.sqrt(share)), np.arctanh(np.sqrt(without_one))
    num = len(others)
    error = np.sqrt((num - 1) / num * ((others - whole) ** 2).sum())
    lower, upper = np.tanh(scipy.stats.t.interval(0.95, num - 1, whole, error))
    return max(lower, 0.0) ** 2, upper**2


class Statistics(unittest.TestCase):
    SEQUENCES, LENGTH, LAYERS, HEADS = 9, 60, (0, 5), 12

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = pathlib.Path(cls.folder.name)
        common = ["--model", MODEL, "--corpus", CORPUS, "--sequences", cls.SEQUENCES, "--sequence-length", cls.LENGTH,
                  "--target-tokens", 100000, "--layers", "0,5", "--quiet"]
        zipflens("study", *common, "--bins", 10, "--permutations", 400, "--resamples", 300, "--formats", "svg",
                 "--exclude", "punctuation", "--out", root / "study")
        zipflens("capture", *common, "--head-scores", "--out", root / "capture")
        cls.table = {path.stem: pd.read_parquet(path) for path in (root / "study").glob("*.parquet")}
        cls.info = json.loads((root / "study/study.json").read_text())["study"]
        batch = cls.table["batch"]
        cls.a = batch.log_proportion.to_numpy().reshape(cls.SEQUENCES, -1)
        cls.ids = batch.token_id.to_numpy().reshape(cls.SEQUENCES, -1)
        cls.norms = {layer: np.load(root / f"capture/layer.{layer}.attention.log_norms.npy") for layer in cls.LAYERS}
        cls.scores = {}  # (layer, head) -> [B, S, S]
        for layer in cls.LAYERS:
            stem = root / f"capture/layer.{layer}.attention"
            cls.scores[layer, -1] = np.load(f"{stem}.mean_scores.npy").astype(float)
            for head, z in enumerate(np.load(f"{stem}.scores.npy").astype(float).swapaxes(0, 1)):
                cls.scores[layer, head] = z

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def kept(self, sequence):
        return np.flatnonzero(np.isfinite(self.a[sequence]))

    def pairs(self, layer, head):
        """Of each sequence: positions and a of the tokens that take part, and their scores."""
        for sequence in range(self.SEQUENCES):
            kept = self.kept(sequence)
            yield kept, self.a[sequence][kept], self.scores[layer, head][sequence][np.ix_(kept, kept)]

    def row(self, measure, layer, head, method="pearson"):
        rows = self.table["correlations"]
        found = rows[(rows.measure == measure) & (rows.layer == layer) & (rows["head"] == head)
                     & (rows.sequence == -1) & (rows.method == method)]
        self.assertEqual(len(found), 1, (measure, layer, head))
        return found.iloc[0]

    def all_scores(self):
        return [(layer, head) for layer in self.LAYERS for head in (-1, 0, 5, 11)]

    def test_pair_level_r_is_that_of_all_pairs(self):
        for layer, head in self.all_scores():
            parts = [((a[:, None] + a[None, :]).ravel(), z.ravel(), np.tile(a - a.mean(), len(a)),
                      (z - z.mean(axis=1, keepdims=True)).ravel()) for _, a, z in self.pairs(layer, head)]
            u, z, centred_key, centred = (np.concatenate(part) for part in zip(*parts))
            for measure, x, values in (("pair", u, z), ("pair_row_centred", centred_key, centred)):
                found = self.row(measure, layer, head)
                self.assertAlmostEqual(found.estimate, np.corrcoef(x, values)[0, 1], delta=1e-9)
                self.assertEqual(found.n, len(u))
                self.assertLess(found.lower, found.upper)
                self.assertTrue(np.isnan(found.p) and np.isnan(found.q))

    def test_explained_is_r_squared_of_least_squares_fits(self):
        table = self.table["explained"].set_index(["response", "terms", "layer", "head"])
        self.assertEqual(len(table), 2 * 4 * len(self.LAYERS) * (1 + self.HEADS))
        centre = np.nanmean(self.a)
        for layer, head in self.all_scores():
            rows = []  # a[i], a[j], a[i] a[j], z, and the last three row-centred
            for _, a, z in self.pairs(layer, head):
                i, j = (a - centre)[:, None] + 0 * z, (a - centre)[None, :] + 0 * z
                columns = [i, j, i * j, z]
                columns += [column - column.mean(axis=1, keepdims=True) for column in columns[1:]]
                rows.append(np.stack([column.ravel() for column in columns], axis=1))
            sequences, rows = rows, np.concatenate(rows)
            for response, z, terms in (("score", 3, {"query": [0], "key": [1], "query,key": [0, 1],
                                                     "query,key,query_x_key": [0, 1, 2]}),
                                       ("row_centred_score", 6, {"query": [0], "key": [4], "query,key": [4],
                                                                 "query,key,query_x_key": [4, 5]})):
                for name, columns in terms.items():
                    found = table.loc[response, name, layer, head]
                    expected = r_squared(rows[:, columns], rows[:, z])
                    self.assertAlmostEqual(found.estimate, expected, delta=1e-9, msg=(response, name, layer, head))
                    self.assertEqual(found.n, len(rows))
                    self.assertEqual(found.counts, "corpus")
                    if (response, name) == ("row_centred_score", "query"):
                        self.assertEqual((found.lower, found.upper), (0, 0))
                        continue
                    interval = jackknife_of_root(expected, [
                        r_squared(others[:, columns], others[:, z])
                        for others in (np.concatenate(sequences[:g] + sequences[g + 1:]) for g in range(len(sequences)))])
                    np.testing.assert_allclose([found.lower, found.upper], interval, atol=1e-7)
            pair = self.row("pair_row_centred", layer, head)
            self.assertAlmostEqual(table.loc["row_centred_score", "key", layer, head].estimate, pair.estimate**2,
                                   delta=1e-12)

    def test_profiles_of_heads_and_of_row_centred_scores(self):
        table = self.table["profiles"]
        for layer, head in self.all_scores():
            for scores in ("raw", "row_centred"):
                rows = table[(table.layer == layer) & (table["head"] == head) & (table.scores == scores)]
                means = []
                for sequence, (_, a, z) in enumerate(self.pairs(layer, head)):
                    values = z if scores == "raw" else z - z.mean(axis=1, keepdims=True)
                    _, centres, mean, std = recipe.bin_profile(a, values, num_bins=10)
                    found = rows[rows.sequence == sequence].sort_values("bin")
                    np.testing.assert_allclose(found["mean"], mean, rtol=0, atol=1e-9)
                    np.testing.assert_allclose(found["std"], std, rtol=0, atol=1e-9)
                    means.append((centres, mean, std))
                average = rows[rows.sequence == -1].sort_values("bin")
                centre, mean, std = np.mean(means, axis=0)
                np.testing.assert_allclose(average["mean"], mean, rtol=0, atol=1e-9)
                every = np.array([part[1] for part in means])
                expected = scipy.stats.t.interval(0.95, self.SEQUENCES - 1, every.mean(axis=0), scipy.stats.sem(every))
                np.testing.assert_allclose([average.lower, average.upper], expected, rtol=0, atol=1e-9)
                found = self.row("bin_mean" if scores == "raw" else "bin_mean_row_centred", layer, head)
                self.assertAlmostEqual(found.estimate, np.corrcoef(centre, mean)[0, 1], delta=1e-9)
                if scores == "raw":
                    found = self.row("bin_std", layer, head)
                    self.assertAlmostEqual(found.estimate, np.corrcoef(centre, std)[0, 1], delta=1e-9)

    def design(self, sequence):
        kept = self.kept(sequence)
        centre = np.nanmean(self.a)
        a, ids = self.a[sequence][kept] - centre, self.ids[sequence][kept]
        i, j = np.meshgrid(range(len(kept)), range(len(kept)), indexing="ij")
        i, j = i.ravel(), j.ravel()
        columns = {"intercept": np.ones(len(i)), "query": a[i], "key": a[j], "query_x_key": a[i] * a[j],
                   "distance": abs(kept[i] - kept[j]), "same_token": ids[i] == ids[j], "query_position": kept[i],
                   "key_position": kept[j]}
        return np.column_stack([columns[term].astype(float) for term in TERMS[:8]])

    def test_slopes_are_those_of_statsmodels_with_errors_clustered_by_sequence(self):
        design = [self.design(sequence) for sequence in range(self.SEQUENCES)]
        x = np.concatenate(design)
        groups = np.repeat(range(self.SEQUENCES), [len(part) for part in design])
        table = self.table["slopes"]
        for layer, head in ((0, -1), (5, 3)):
            y = np.concatenate([z.ravel() for _, _, z in self.pairs(layer, head)])
            fit = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
            rows = table[(table.layer == layer) & (table["head"] == head) & (table.response == "score")]
            rows = rows.set_index("term").loc[TERMS]
            self.assertTrue(rows.estimate[8:].isna().all(), "no special token takes part")
            np.testing.assert_allclose(rows.estimate[:8], fit.params, rtol=1e-7, atol=1e-9)
            np.testing.assert_allclose(rows.standard_error[:8], fit.bse, rtol=1e-6)
            np.testing.assert_allclose(rows[["lower", "upper"]][:8], fit.conf_int(), rtol=1e-5, atol=1e-9)
            np.testing.assert_allclose(rows.cluster_p[:8], fit.pvalues, rtol=1e-5, atol=1e-12)
            self.assertTrue((rows.n == len(y)).all() and (rows.clusters == self.SEQUENCES).all())

    def test_slopes_over_types_are_those_of_scipy(self):
        table = self.table["slopes"]
        for layer, head in self.all_scores():
            rows = table[(table.layer == layer) & (table["head"] == head)]
            tested = rows[rows.type_p.notna()].set_index(["response", "term"])
            tests = {("score", "query"): ("type_row_score", 1, False), ("score", "key"): ("type_column_score", 0, False),
                     ("row_centred_score", "key"): ("type_column_centred", 0, True)}
            self.assertEqual(set(tested.index), set(tests))
            for slope, (measure, axis, centred) in tests.items():
                points = self.types(self.margins(layer, head, axis, centred))
                expected = scipy.stats.linregress(points.a, points.value)
                self.assertAlmostEqual(tested.type_estimate[slope], expected.slope, delta=1e-7)
                self.assertEqual(tested.type_p[slope], self.row(measure, layer, head).p)
                self.assertEqual(tested.type_q[slope], self.row(measure, layer, head).q)

    def test_every_q_follows_from_the_p_of_its_family(self):
        for name, p, q in (("correlations", "p", "q"), ("slopes", "cluster_p", "cluster_q"),
                           ("slopes", "type_p", "type_q")):
            table = self.table[name]
            tested = table[table[p].notna()]
            self.assertGreater(len(tested), 0)
            self.assertTrue((tested.family != "").all())
            self.assertTrue(tested.family.str.endswith(", counts: corpus").all())
            self.assertTrue(table[q][table[p].isna()].isna().all())
            for family, rows in tested.groupby("family"):
                np.testing.assert_allclose(rows[q], scipy.stats.false_discovery_control(rows[p]), rtol=1e-12,
                                           err_msg=family)

    def test_tables_of_sums_give_slopes_and_r_without_the_model(self):
        sums, design = self.table["pair_sums"], self.table["design_sums"].set_index("sequence")
        terms = TERMS[:8]
        for layer, head in ((0, 2), (5, -1)):
            rows = sums[(sums.layer == layer) & (sums["head"] == head)].set_index("sequence")
            xx = sum(np.array([[part[f"product_{min(p, q, key=TERMS.index)}_{max(p, q, key=TERMS.index)}"]
                                for q in terms] for p in terms]) for _, part in design.iterrows())
            xy = np.zeros(len(terms))
            for sequence, part in rows.iterrows():
                of_design = design.loc[sequence]
                xy += [part[f"product_{term}"] + part["mean"] * of_design[f"product_intercept_{term}"]
                       for term in terms]
            slopes = self.table["slopes"]
            found = slopes[(slopes.layer == layer) & (slopes["head"] == head) & (slopes.response == "score")]
            np.testing.assert_allclose(found.set_index("term").estimate[terms], np.linalg.solve(xx, xy),
                                       rtol=1e-6, atol=1e-9)
            z = [z for _, _, z in self.pairs(layer, head)]
            np.testing.assert_allclose(rows["mean"], [part.mean() for part in z], rtol=0, atol=1e-9)
            np.testing.assert_allclose(rows.sum_squares, [part.var() * part.size for part in z], rtol=1e-9)

    def test_split_adds_up_to_the_variance_of_the_scores(self):
        table = self.table["split"]
        for (layer, head), z in self.scores.items():
            rows = table[(table.layer == layer) & (table["head"] == head)].set_index("part")
            values = np.concatenate([z.ravel() for _, _, z in self.pairs(layer, head)])
            self.assertAlmostEqual(rows.share.sum(), 1, delta=1e-9)
            self.assertAlmostEqual(rows.variance.sum(), values.var(), delta=1e-9 * values.var())
            self.assertAlmostEqual(rows["mean"].sum(), values.mean(), delta=1e-9)
            self.assertEqual(rows.variance["constant"] if head >= 0 else 0, 0)

    def types(self, values, first_position=0):
        """Mean of `values` [B, S] by token id over the occurrences that take part."""
        frame = pd.DataFrame({"id": self.ids[:, first_position:].ravel(), "a": self.a[:, first_position:].ravel(),
                              "value": values[:, first_position:].ravel()})
        return frame[frame.a.notna()].groupby("id").mean()

    def margins(self, layer, head, axis, centred=False):
        values = np.full(self.a.shape, np.nan)
        for sequence, (kept, _, z) in enumerate(self.pairs(layer, head)):
            values[sequence, kept] = (z - z.mean(axis=1, keepdims=True) if centred else z).mean(axis=axis)
        return values

    def test_types_are_means_over_occurrences(self):
        table = self.table["types"]
        for layer in self.LAYERS:
            rows = table[table.layer == layer].set_index("id")
            for column, values, first in (("mean_log_norm", self.norms[layer].astype(float), 1),
                                          ("mean_row_score", self.margins(layer, -1, 1), 0),
                                          ("mean_column_score", self.margins(layer, -1, 0), 0)):
                expected = self.types(values, first)
                np.testing.assert_allclose(rows[column][expected.index], expected.value, rtol=0, atol=1e-9)
            counted = pd.Series(self.ids[np.isfinite(self.a)]).value_counts().sort_index()
            np.testing.assert_array_equal(rows.index, counted.index)
            np.testing.assert_array_equal(rows.occurrences, counted)

    def test_type_level_r_is_scipys_and_q_is_statsmodels(self):
        for layer, head in self.all_scores():
            cases = [("type_row_score", self.margins(layer, head, 1), 0),
                     ("type_column_score", self.margins(layer, head, 0), 0),
                     ("type_column_centred", self.margins(layer, head, 0, centred=True), 0)]
            if head == -1:
                cases.append(("type_log_norm", self.norms[layer].astype(float), 1))
            for measure, values, first in cases:
                points = self.types(values, first)
                for method, function in (("pearson", scipy.stats.pearsonr), ("spearman", scipy.stats.spearmanr)):
                    found = self.row(measure, layer, head, method)
                    expected = function(points.a, points.value)
                    self.assertAlmostEqual(found.estimate, expected.statistic, delta=1e-7)
                    self.assertEqual(found.n, len(points))
                    self.assertLess(found.lower, found.upper)
                    # The Monte Carlo error of 400 permutations: five standard deviations, plus the added 1.
                    error = 5 * np.sqrt(expected.pvalue * (1 - expected.pvalue) / 400) + 0.02
                    self.assertAlmostEqual(found.p, expected.pvalue, delta=error)
        rows = self.table["correlations"]
        families = rows[rows.p.notna()].groupby("family")
        self.assertEqual(len(families), 14)  # 4 measures by 2 methods; scores also over layers x heads
        for name, family in families:
            np.testing.assert_allclose(family.q, multipletests(family.p, method="fdr_bh")[1], rtol=1e-12,
                                       err_msg=name)

    def test_punctuation_is_left_out_and_its_share_told(self):
        tokens = self.table["token_counts"].token
        batch = self.table["batch"]
        punctuation = batch.token_id.map(tokens).isin(list(".,;:!?()[]{}'\"-/\u2013\u2014%&*+<=>@#$_`~|\\^"))
        self.assertGreater(punctuation.sum(), 20)
        self.assertTrue((batch.left_out[punctuation] == "punctuation").all())
        self.assertTrue(batch.log_proportion[batch.left_out != ""].isna().all())
        self.assertTrue(batch.log_proportion[batch.left_out == ""].notna().all())
        counts = batch.left_out[batch.left_out != ""].value_counts().to_dict()
        self.assertEqual(self.info["left_out_by_reason"], counts)
        self.assertEqual(self.info["left_out_tokens"], sum(counts.values()))
        kept = np.isfinite(self.a).sum(axis=1)
        self.assertEqual(self.info["left_out_pairs"], (self.LENGTH**2 - kept**2).sum())


if __name__ == "__main__":
    unittest.main()
