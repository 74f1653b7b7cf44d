"""A study of the demo against the notebook's recipe in numpy, scipy and Hugging Face tokenizers."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import numpy as np
import pandas as pd

from tests.reference import notebook_recipe as recipe

SOURCE = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
ZIPFLENS = os.environ["ZIPFLENS"]
MODEL = SOURCE / "data/all-minilm-l6-v2"
CORPUS = SOURCE / "data/wikipedia-sample.parquet"
TABLES = ["token_counts", "batch", "adjustments", "profiles", "score_samples", "correlations", "slopes",
          "explained", "split", "types", "pair_sums", "design_sums"]


def zipflens(*arguments):
    return subprocess.run([ZIPFLENS, *map(str, arguments)], check=True, capture_output=True, text=True)


class SmallStudy(unittest.TestCase):
    """Three sequences: every table against numpy and scipy on zipflens' own scores."""

    SEQUENCES, LENGTH, LAYERS = 3, 128, 6

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        common = ["--model", MODEL, "--corpus", CORPUS, "--sequences", cls.SEQUENCES,
                  "--sequence-length", cls.LENGTH, "--target-tokens", 1000, "--quiet"]
        for threads in (1, 2, 3):
            zipflens("study", *common, "--threads", threads, "--formats", "svg",
                     "--out", cls.root / f"study{threads}")
        zipflens("capture", *common, "--head-scores", "--attention-outputs", "--out", cls.root / "capture")
        cls.study = cls.root / "study1"
        cls.table = {name: pd.read_parquet(cls.study / f"{name}.parquet") for name in TABLES}
        cls.scores = [np.load(cls.root / f"capture/layer.{layer}.attention.mean_scores.npy")
                      for layer in range(cls.LAYERS)]
        cls.a = np.load(cls.root / "capture/log_proportions.npy")
        documents = recipe.tokenize_corpus(recipe.load_tokenizer(MODEL), CORPUS)
        cls.counts, cls.documents_counted = recipe.count_tokens(documents, 30522, 1000)
        cls.batch = recipe.make_batch(documents, cls.SEQUENCES, cls.LENGTH)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def correlations(self, measure, sequence):
        rows = self.table["correlations"]
        rows = rows[(rows.measure == measure) & (rows.sequence == sequence) & (rows["head"] == -1)]
        return rows.sort_values("layer").estimate.to_numpy()

    def test_counts_are_those_of_hugging_face_tokenizers(self):
        table = self.table["token_counts"]
        np.testing.assert_array_equal(table["count"], self.counts)
        np.testing.assert_allclose(table.proportion, self.counts / self.counts.sum(), rtol=1e-15)
        counted = self.counts > 0
        np.testing.assert_allclose(table.log_proportion[counted],
                                   np.log(self.counts[counted] / self.counts.sum()), rtol=1e-15)
        self.assertTrue(table.log_proportion[~counted].isna().all())
        info = json.loads((self.study / "study.json").read_text())["study"]
        self.assertEqual(info["documents_counted"], self.documents_counted)
        self.assertEqual(info["tokens_counted"], self.counts.sum())

    def test_batch_is_the_start_of_every_long_document(self):
        table = self.table["batch"]
        np.testing.assert_array_equal(table.token_id.to_numpy().reshape(self.SEQUENCES, -1), self.batch)
        np.testing.assert_array_equal(np.load(self.root / "capture/token_ids.npy"), self.batch)

    def test_log_proportions_hold_uncounted_tokens_as_nan(self):
        with np.errstate(divide="ignore"):
            expected = np.log(self.counts / self.counts.sum())[self.batch]
        expected[~np.isfinite(expected)] = np.nan
        np.testing.assert_allclose(self.a, expected, rtol=1e-15)

    def test_profiles_equal_scipy_on_the_same_scores(self):
        table = self.table["profiles"]
        table = table[(table["head"] == -1) & (table.scores == "raw")]
        table = table.set_index(["sequence", "layer", "bin"]).sort_index()
        for sequence in range(self.SEQUENCES):
            for layer in range(self.LAYERS):
                edges, centres, means, stds = recipe.bin_profile(
                    self.a[sequence], self.scores[layer][sequence])
                rows = table.loc[sequence, layer]
                np.testing.assert_array_equal(rows.left, edges[:-1])
                np.testing.assert_array_equal(rows.right, edges[1:])
                np.testing.assert_allclose(rows.centre, centres, rtol=1e-15)
                np.testing.assert_allclose(rows["mean"], means, rtol=1e-9)
                np.testing.assert_allclose(rows["std"], stds, rtol=1e-9)
                kept = np.isfinite(self.a[sequence]).sum()
                self.assertEqual(rows.n.sum(), kept * kept)

    def test_correlations_equal_numpy_on_the_same_scores(self):
        for layer in range(self.LAYERS):
            profiles = [recipe.bin_profile(self.a[sequence], self.scores[layer][sequence])
                        for sequence in range(self.SEQUENCES)]
            for sequence, (_, centres, means, stds) in enumerate(profiles):
                for measure, values in (("bin_mean", means), ("bin_std", stds)):
                    found = self.correlations(measure, sequence)[layer]
                    self.assertAlmostEqual(found, recipe.correlation(centres, values), delta=1e-9)
            centres, means, stds = (np.mean([p[i] for p in profiles], axis=0) for i in (1, 2, 3))
            for measure, values in (("bin_mean", means), ("bin_std", stds)):
                found = self.correlations(measure, -1)[layer]
                self.assertAlmostEqual(found, np.corrcoef(centres, values)[0, 1], delta=1e-9)
            norms = self.table["adjustments"]
            norms = norms[norms.layer == layer].log_norm.to_numpy().reshape(self.SEQUENCES, -1)
            self.assertAlmostEqual(self.correlations("log_norm", -1)[layer],
                                   recipe.adjustment_correlation(self.a, norms.astype(np.float64)),
                                   delta=1e-9)

    def test_captured_tensors_agree_with_each_other_and_with_the_study(self):
        for layer in range(self.LAYERS):
            stem = self.root / f"capture/layer.{layer}.attention"
            heads = np.load(f"{stem}.scores.npy")
            self.assertEqual(heads.shape, (self.SEQUENCES, 12, self.LENGTH, self.LENGTH))
            error = np.linalg.norm(heads.mean(axis=1, dtype=np.float64) - self.scores[layer])
            self.assertLess(error / np.linalg.norm(self.scores[layer]), 1e-5)
            outputs = np.load(f"{stem}.output.npy").astype(np.float64)
            norms = np.load(f"{stem}.log_norms.npy")
            np.testing.assert_allclose(norms, np.log(np.linalg.norm(outputs, axis=-1)), rtol=0, atol=1e-6)
            rows = self.table["adjustments"]
            np.testing.assert_array_equal(rows[rows.layer == layer].log_norm, norms.ravel())

    def test_score_samples_are_every_500th_pair(self):
        table = self.table["score_samples"]
        for sequence in range(self.SEQUENCES):
            for layer in range(self.LAYERS):
                rows = table[(table.sequence == sequence) & (table.layer == layer)]
                np.testing.assert_array_equal(rows.score, self.scores[layer][sequence].ravel()[::500])
                u = (self.a[sequence][:, None] + self.a[sequence][None, :]).ravel()[::500]
                np.testing.assert_array_equal(rows.pair_log_proportion, u)
                np.testing.assert_array_equal(rows["query"] * self.LENGTH + rows.key,
                                              np.arange(0, self.LENGTH**2, 500))

    def test_tables_are_the_same_bytes_for_any_number_of_threads(self):
        for name in TABLES:
            files = [(self.root / f"study{threads}/{name}.parquet").read_bytes() for threads in (1, 2, 3)]
            self.assertEqual(files[0], files[1], name)
            self.assertEqual(files[0], files[2], name)

    def test_left_out_tokens_and_pairs_are_counted(self):
        info = json.loads((self.study / "study.json").read_text())["study"]
        missing = np.isnan(self.a).sum(axis=1)
        self.assertGreater(missing.sum(), 0, "the case must occur here")
        self.assertEqual(info["left_out_tokens"], missing.sum())
        pairs = (self.LENGTH**2 - (self.LENGTH - missing) ** 2).sum()
        self.assertEqual(info["left_out_pairs"], pairs)
        self.assertTrue(any("never counted" in warning for warning in info["warnings"]))

    def test_smoothing_laplace_and_error(self):
        common = ["--model", MODEL, "--corpus", CORPUS, "--sequences", 1, "--sequence-length", 64,
                  "--target-tokens", 1, "--layers", "0", "--formats", "svg", "--quiet"]
        zipflens("study", *common, "--smoothing", "laplace", "--out", self.root / "laplace")
        table = pd.read_parquet(self.root / "laplace/token_counts.parquet")
        total = table["count"].sum()
        np.testing.assert_allclose(table.proportion, (table["count"] + 1) / (total + 30522), rtol=1e-15)
        # The whole first document is counted, so only a longer batch has an uncounted token.
        common[5] = 40
        failed = subprocess.run(
            [ZIPFLENS, "study", *map(str, common), "--smoothing", "error", "--out", self.root / "error"],
            capture_output=True, text=True)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("sequence 1, position", failed.stderr)
        self.assertFalse((self.root / "error").exists())


if __name__ == "__main__":
    unittest.main()
