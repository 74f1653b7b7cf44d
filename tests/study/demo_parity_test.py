"""The whole demo against an independent computation: Hugging Face tokenizers, a float64 forward pass in NumPy,
and the notebook's recipe in numpy and scipy. Slow (a minute or two): it computes everything twice."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import numpy as np
import pandas as pd

from tests.reference import notebook_recipe as recipe
from tests.reference.bert_reference import BertReference  # noqa: E402

SOURCE = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
MODEL = SOURCE / "data/all-minilm-l6-v2"
CORPUS = SOURCE / "data/wikipedia-sample.parquet"
SEQUENCES, LENGTH, LAYERS, BINS = 64, 512, 6, 40


class DemoParity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        documents = recipe.tokenize_corpus(recipe.load_tokenizer(MODEL), CORPUS)
        counts, _ = recipe.count_tokens(documents, 30522, 1_000_000)
        cls.counts = counts
        batch = recipe.make_batch(documents, SEQUENCES, LENGTH)
        cls.a = np.log((counts / counts.sum())[batch])
        assert np.isfinite(cls.a).all(), "the demo's corpus is counted whole"
        reference = BertReference(MODEL)
        cls.norms = np.empty((LAYERS, SEQUENCES, LENGTH))
        cls.profiles = np.empty((LAYERS, SEQUENCES, 3, BINS))
        for sequence in range(SEQUENCES):
            forward = reference.forward(batch[sequence])
            for layer in range(LAYERS):
                cls.norms[layer, sequence] = forward["n"][layer]
                profile = recipe.bin_profile(cls.a[sequence], forward["Z"][layer], BINS)
                cls.profiles[layer, sequence] = profile[1:]
        cls.folder = tempfile.TemporaryDirectory()
        cls.study = pathlib.Path(cls.folder.name) / "study"
        subprocess.run([os.environ["ZIPFLENS"], "study", "--model", MODEL, "--corpus", CORPUS, "--out",
                        cls.study, "--formats", "svg", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        cls.correlations = pd.read_parquet(cls.study / "correlations.parquet")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def found(self, measure, layer, sequence=-1):
        rows = self.correlations
        rows = rows[(rows.measure == measure) & (rows.layer == layer) & (rows.sequence == sequence)
                    & (rows["head"] == -1)]
        self.assertEqual(len(rows), 1)
        return rows.estimate.item()

    def test_counts(self):
        table = pd.read_parquet(self.study / "token_counts.parquet")
        np.testing.assert_array_equal(table["count"], self.counts)

    def test_correlations_of_adjustment_norms(self):
        for layer in range(LAYERS):
            expected = recipe.adjustment_correlation(self.a, self.norms[layer])
            self.assertAlmostEqual(self.found("log_norm", layer), expected, delta=1e-4)

    def test_correlations_of_bins_by_sequence(self):
        largest = 0
        for layer in range(LAYERS):
            for sequence in range(SEQUENCES):
                centres, means, stds = self.profiles[layer, sequence]
                for measure, values in (("bin_mean", means), ("bin_std", stds)):
                    expected = recipe.correlation(centres, values)
                    largest = max(largest, abs(self.found(measure, layer, sequence) - expected))
        print(f"largest deviation of a sequence's correlation: {largest:.1e}")
        self.assertLess(largest, 1e-4)

    def test_laminar_profiles(self):
        centres, means, stds = self.profiles.mean(axis=1).transpose(1, 0, 2)
        table = pd.read_parquet(self.study / "profiles.parquet")
        table = table[(table.sequence == -1) & (table["head"] == -1) & (table.scores == "raw")]
        table = table.sort_values(["layer", "bin"])
        np.testing.assert_allclose(table.centre.to_numpy().reshape(LAYERS, BINS), centres, rtol=1e-12)
        np.testing.assert_allclose(table["mean"].to_numpy().reshape(LAYERS, BINS), means, atol=1e-4)
        np.testing.assert_allclose(table["std"].to_numpy().reshape(LAYERS, BINS), stds, atol=1e-4)
        for layer in range(LAYERS):
            for measure, values in (("bin_mean", means), ("bin_std", stds)):
                expected = np.corrcoef(centres[layer], values[layer])[0, 1]
                self.assertAlmostEqual(self.found(measure, layer), expected, delta=1e-4)


if __name__ == "__main__":
    unittest.main()
