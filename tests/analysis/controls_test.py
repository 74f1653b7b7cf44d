"""Batch, counts, replication, nulls and partial correlations, recomputed with numpy from captures and tokenizers."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.reference import notebook_recipe as recipe
from tests.reference import philox

SOURCE = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
ZIPFLENS = os.environ["ZIPFLENS"]
MODEL = SOURCE / "data/all-minilm-l6-v2"
CORPUS = SOURCE / "data/wikipedia-sample.parquet"
PERMUTED_FREQUENCIES = 8  # RandomPurpose
SEQUENCES, LENGTH, TARGET, SEED = 9, 60, 200_000, 3


def zipflens(*arguments):
    done = subprocess.run([ZIPFLENS, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done


def tables(folder):
    return {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}


def over_all(rows, **equal):
    rows = rows[rows.sequence == -1] if "sequence" in rows else rows
    for name, value in equal.items():
        rows = rows[rows[name] == value]
    return rows


class Controls(unittest.TestCase):
    """A random batch of documents, counts from the other documents, 21 draws of permuted frequencies."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.root = root = pathlib.Path(cls.folder.name)
        cls.common = ["--model", MODEL, "--corpus", CORPUS, "--sequences", SEQUENCES, "--sequence-length", LENGTH,
                      "--layers", "0,5", "--batch", "random", "--seed", SEED, "--quiet"]
        cls.study = ["--target-tokens", TARGET, "--bins", 10, "--permutations", 2000, "--resamples", 200, "--formats", "svg", "--counts-split",
                     "--null", "permuted-frequencies", "--null-draws", 21]
        zipflens("study", *cls.common, *cls.study, "--threads", 1, "--out", root / "study")
        zipflens("capture", *cls.common, "--target-tokens", TARGET, "--out", root / "capture")
        cls.table = tables(root / "study")
        cls.info = json.loads((root / "study/study.json").read_text())["study"]
        batch = cls.table["batch"]
        cls.ids = batch.token_id.to_numpy().reshape(SEQUENCES, -1)
        cls.a = batch.log_proportion.to_numpy().reshape(SEQUENCES, -1)
        cls.documents = recipe.tokenize_corpus(recipe.load_tokenizer(MODEL), CORPUS)
        cls.norms, cls.scores = {}, {}
        for layer in (0, 5):
            stem = f"layer.{layer}.attention"
            cls.norms[layer] = np.load(root / f"capture/{stem}.log_norms.npy").astype(float)
            cls.scores[layer] = np.load(root / f"capture/{stem}.mean_scores.npy").astype(float)

    def test_a_random_batch_is_the_documents_with_the_smallest_numbers(self):
        _, num_counted = recipe.count_tokens(self.documents, 30522, TARGET)
        expected = philox.random_batch(map(len, self.documents[:num_counted]), SEQUENCES, LENGTH, SEED)
        batch = self.table["batch"].groupby("sequence").first()
        self.assertEqual(list(zip(batch.document, batch.offset)), expected)
        self.assertTrue((batch.offset > 0).any())
        for sequence, (document, offset) in enumerate(expected):
            np.testing.assert_array_equal(self.ids[sequence], self.documents[document][offset:offset + LENGTH])
        np.testing.assert_array_equal(np.load(self.root / "capture/token_ids.npy"), self.ids)
        self.assertEqual(self.info["batch"], "random")

    def test_other_threads_give_the_same_bytes(self):
        zipflens("study", *self.common, *self.study, "--threads", 3, "--out", self.root / "threads")
        for path in sorted((self.root / "study").rglob("*.parquet")):
            other = self.root / "threads" / path.relative_to(self.root / "study")
            self.assertEqual(path.read_bytes(), other.read_bytes(), path)

    def test_a_random_batch_reads_on_until_it_is_full(self):
        few = ["--target-tokens", 1000, "--threads", 2, "--permutations", 0, "--resamples", 0, "--formats", "svg"]
        zipflens("study", *self.common, *few, "--out", self.root / "few")
        _, num_counted = recipe.count_tokens(self.documents, 30522, 1000)
        self.assertLess(num_counted, SEQUENCES)
        batch = pd.read_parquet(self.root / "few/batch.parquet").groupby("sequence").first()
        long = [k for k, ids in enumerate(self.documents) if len(ids) >= LENGTH]
        self.assertEqual(list(batch.document), long[:SEQUENCES])
        rows = pd.read_parquet(self.root / "few/correlations.parquet")
        types = rows[rows.measure.str.startswith("type_")]
        self.assertTrue(types[["lower", "upper", "p", "q"]].isna().all(axis=None))
        warnings = " ".join(json.loads((self.root / "few/study.json").read_text())["study"]["warnings"])
        for option in ("num_permutations", "num_resamples", "only 9 sequences"):
            self.assertIn(option, warnings)

    def test_counts_are_those_of_the_other_documents(self):
        _, num_counted = recipe.count_tokens(self.documents, 30522, TARGET)
        in_batch = set(self.table["batch"].document)
        others = [ids for k, ids in enumerate(self.documents[:num_counted]) if k not in in_batch]
        counts = self.table["token_counts"]["count"].to_numpy()
        np.testing.assert_array_equal(counts, np.bincount(np.concatenate(others), minlength=30522))
        every = np.bincount(np.concatenate(self.documents[:num_counted]), minlength=30522)
        np.testing.assert_array_equal(self.table["corpus_token_counts"]["count"], every)
        self.assertEqual((self.info["counts_source"], self.info["documents_counted"]), ("other documents", len(others)))
        np.testing.assert_array_equal(np.isnan(self.a), counts[self.ids] == 0)
        np.testing.assert_allclose(self.a, np.log(np.where(counts > 0, counts, np.nan) / counts.sum())[self.ids])

    def test_both_sources_of_counts_describe_the_same_tokens(self):
        self.assertGreater(np.isnan(self.a).sum(), 0)
        rows = over_all(self.table["correlations"])
        sizes = rows.pivot_table(index=["measure", "layer", "head", "method"], columns="counts", values="n")
        np.testing.assert_array_equal(sizes["corpus"], sizes["other documents"])
        every = self.table["corpus_token_counts"]["count"].to_numpy()
        a = np.where(np.isnan(self.a), np.nan, np.log(every[self.ids] / every.sum()))
        for layer in (0, 5):
            found = over_all(rows, measure="log_norm", layer=layer, counts="corpus").estimate.item()
            self.assertAlmostEqual(found, recipe.adjustment_correlation(a, self.norms[layer]), delta=1e-9)

    def test_reliability_is_the_r_of_two_halves_of_the_counted_documents(self):
        _, num_counted = recipe.count_tokens(self.documents, 30522, TARGET)
        in_batch = set(self.table["batch"].document)
        types = np.unique(self.ids[np.isfinite(self.a)])
        for source, kept in (("other documents", lambda k: k not in in_batch), ("corpus", lambda k: True)):
            half = [np.bincount(np.concatenate([self.documents[k] for k in range(num_counted)
                                                if k % 2 == parity and kept(k)]), minlength=30522)[types]
                    for parity in (0, 1)]
            both = (half[0] > 0) & (half[1] > 0)
            r = np.corrcoef(np.log(half[0][both] / 1e6), np.log(half[1][both] / 1e6))[0, 1]
            found = over_all(self.table["count_reliability"], counts=source).iloc[0]
            np.testing.assert_allclose([found.estimate, found.stepped_up], [r, 2 * r / (1 + r)], rtol=1e-9)
            self.assertEqual((found.n, found.in_one_half), (both.sum(), (~both).sum()))

    def permuted(self, draw):
        """The log-proportions of the batch in one draw."""
        kept = np.isfinite(self.a)
        types, first = np.unique(self.ids[kept], return_index=True)
        a = self.a[kept][first]
        order = philox.shuffled(len(types), SEED, PERMUTED_FREQUENCIES, draw)
        of_type = dict(zip(types, a[order]))
        return np.array([[of_type[i] if here else np.nan for i, here in zip(ids, row)]
                         for ids, row in zip(self.ids, kept)])

    def test_draws_of_permuted_frequencies(self):
        draws = self.table["null_draws"]
        self.assertEqual(sorted(draws.draw.unique()), list(range(21)))
        for draw in (0, 1, 20):
            a = self.permuted(draw)
            for layer in (0, 5):
                rows = over_all(draws, draw=draw, layer=layer, method="pearson")
                found = rows.set_index("measure").estimate
                self.assertAlmostEqual(found["log_norm"], recipe.adjustment_correlation(a, self.norms[layer]), delta=1e-9)
                parts, profiles = [], []
                for own, z in zip(a, self.scores[layer]):
                    kept = np.isfinite(own)
                    own, z = own[kept], z[np.ix_(kept, kept)]
                    parts.append(np.stack([(own[:, None] + own[None, :]).ravel(), z.ravel()]))
                    profiles.append(recipe.bin_profile(own, z, num_bins=10)[1:])
                single = draws[(draws.draw == draw) & (draws.layer == layer) & (draws.measure == "bin_mean")
                               & (draws.sequence >= 0)].sort_values("sequence").estimate
                expected = [np.corrcoef(centre, mean)[0, 1] for centre, mean, _ in profiles]
                np.testing.assert_allclose(single, expected, rtol=0, atol=1e-6)
                self.assertAlmostEqual(found["pair"], np.corrcoef(np.concatenate(parts, axis=1))[0, 1], delta=1e-7)
                centre, mean, std = np.mean(profiles, axis=0)
                self.assertAlmostEqual(found["bin_mean"], np.corrcoef(centre, mean)[0, 1], delta=1e-6)
                self.assertAlmostEqual(found["bin_std"], np.corrcoef(centre, std)[0, 1], delta=1e-6)

    def test_the_first_draw_is_the_null_study(self):
        rows = over_all(pd.read_parquet(self.root / "study/null/correlations.parquet"), head=-1)
        first = over_all(self.table["null_draws"], draw=0)
        both = rows.merge(first, on=["measure", "layer", "method"], suffixes=("", "_of_draw"))
        self.assertEqual(len(both), len(first))
        np.testing.assert_array_equal(both.estimate, both.estimate_of_draw)

    def test_null_tests_summarise_the_draws(self):
        own = over_all(self.table["correlations"], head=-1, counts="other documents")
        tests = over_all(self.table["null_tests"])
        self.assertEqual(len(tests), len(own))
        for row in tests.itertuples():
            draws = over_all(self.table["null_draws"], measure=row.measure, layer=row.layer, method=row.method).estimate
            estimate = over_all(own, measure=row.measure, layer=row.layer, method=row.method).estimate.item()
            expected = [estimate, draws.mean(), draws.std(), *np.percentile(draws, [2.5, 97.5]),
                        (1 + (draws.abs() >= abs(estimate)).sum()) / 22]
            np.testing.assert_allclose([row.estimate, row.mean, row.std, row.lower, row.upper, row.p], expected, rtol=1e-9)
            self.assertEqual(row.draws, 21)

    def test_partial_correlations_are_those_of_residuals(self):
        tokens = self.table["token_counts"].token
        columns = {"type_log_norm": "mean_log_norm", "type_row_score": "mean_row_score",
                   "type_column_score": "mean_column_score"}
        random = np.random.default_rng(1)
        marks = ".,;:!?()[]{}'\"-/\u2013\u2014%&*+<=>@#$_`~|\\^\u00b7\u2019\u2018\u201c\u201d"
        for measure, column in columns.items():
            for layer in (0, 5):
                types = self.table["types"]
                types = types[(types.layer == layer) & types[column].notna()]
                plain = types.id.map(tokens).str.replace("^##(?=.)", "", regex=True)
                z = np.column_stack([np.ones(len(types)), types.id.map(tokens).str.match("##."),
                                     plain.map(lambda text: all(mark in marks for mark in text)),
                                     plain.str.contains("[0-9]"), plain.str.len()]).astype(float)
                residual = lambda v: v - z @ np.linalg.lstsq(z, v, rcond=None)[0]
                x, y = residual(types.log_proportion.to_numpy()), residual(types[column].to_numpy())
                r = np.corrcoef(x, y)[0, 1]
                found = over_all(self.table["partial_correlations"], measure=measure, layer=layer,
                                 counts="other documents").iloc[0]
                self.assertAlmostEqual(found.estimate, r, delta=1e-9)
                self.assertAlmostEqual(found.raw, np.corrcoef(types.log_proportion, types[column])[0, 1], delta=1e-9)
                self.assertEqual(found.n, len(types))
                # Freedman and Lane: permuted residuals are fitted anew.
                null = []
                for _ in range(1000):
                    again = residual(random.permutation(y))
                    null.append(x @ again / np.sqrt((x @ x) * (again @ again)))
                p = np.mean(np.abs(null) >= abs(r))
                self.assertAlmostEqual(found.p, p, delta=5 * np.sqrt(p * (1 - p) * (1 / 1000 + 1 / 2000)) + 0.004)


class Replication(unittest.TestCase):
    """Each half is the study of a corpus that holds only its documents, with the same counts."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.root = root = pathlib.Path(cls.folder.name)
        cls.common = ["--model", MODEL, "--sequence-length", LENGTH, "--target-tokens", TARGET, "--layers", "0,5", "--quiet",
                      "--bins", 10, "--permutations", 0, "--resamples", 0, "--formats", "svg"]
        zipflens("study", *cls.common, "--corpus", CORPUS, "--sequences", SEQUENCES, "--null", "shuffled-tokens",
                 "--null-draws", 3, "--out", root / "whole")
        cls.table = tables(root / "whole")

    def test_halves(self):
        documents = self.table["batch"].groupby("sequence").document.first()
        texts = pq.read_table(CORPUS, columns=["text"]).column("text").to_pylist()
        whole = self.table["replication"]
        correlations = over_all(self.table["correlations"])
        for half, name in enumerate(("even", "odd")):
            chosen = documents[documents.index % 2 == half]
            corpus, out = self.root / f"{name}.parquet", self.root / name
            pq.write_table(pa.table({"text": [texts[k] for k in chosen]}), corpus)
            zipflens("study", *self.common, "--corpus", corpus, "--sequences", len(chosen), "--counts",
                     self.root / "whole/token_counts.parquet", "--out", out)
            alone = over_all(pd.read_parquet(out / "correlations.parquet"), counts="file")
            both = whole.merge(alone, on=["measure", "layer", "head", "method"])
            self.assertEqual(len(both), len(whole))
            np.testing.assert_allclose(both[name], both.estimate, rtol=0, atol=1e-7)
        kept = correlations[(correlations["head"] == -1) | ~correlations.measure.str.startswith("type_")]
        both = whole.merge(kept, on=["measure", "layer", "head", "method"])
        self.assertEqual((len(whole), len(both)), (len(kept), len(kept)))
        np.testing.assert_array_equal(both.whole, both.estimate)

    def test_few_draws_have_no_p(self):
        tests, draws = self.table["null_tests"], self.table["null_draws"]
        self.assertTrue((tests.draws == 3).all() and tests.p.isna().all())
        self.assertEqual(draws.groupby("draw").size().nunique(), 1)
        by_draw = over_all(draws, measure="pair", layer=5, method="pearson").estimate
        self.assertEqual(by_draw.nunique(), 3)
        warnings = json.loads((self.root / "whole/study.json").read_text())["study"]["warnings"]
        self.assertTrue(any("3 draws of the null hypothesis" in warning for warning in warnings), warnings)


if __name__ == "__main__":
    unittest.main()
