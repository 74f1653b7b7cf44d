"""check_golden_correlations.py accepts the golden study and finds every difference; the committed golden file is whole."""

import contextlib
import copy
import io
import json
import os
import pathlib
import tempfile
import unittest

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.reference import check_golden_correlations as checker

ROOT = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
GOLDEN = json.loads((ROOT / "tests/reference/golden_bert_base.json").read_text(encoding="utf-8"))
MEASURES = {"log_norm": 12, "bin_mean": 12, "bin_std": 12, "pair": 12,
            "bin_mean_by_sequence": 64, "bin_std_by_sequence": 64}


class GoldenFile(unittest.TestCase):
    def test_has_every_correlation(self):
        found = {measure: len(values) for measure, values in GOLDEN["correlations"].items()}
        self.assertEqual(found, MEASURES)
        for measure, values in GOLDEN["correlations"].items():
            self.assertTrue(all(-1 < value < 1 for value in values), measure)

    def test_is_of_the_demo_corpus(self):
        sample = (ROOT / "data/wikipedia-sample.parquet").read_bytes()
        self.assertEqual(GOLDEN["corpus_sha256"], checker.hashlib.sha256(sample).hexdigest())


class Compare(unittest.TestCase):
    """A study made of the golden correlations themselves, with a batch and counts made here."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.study = pathlib.Path(folder.name)
        self.golden = copy.deepcopy(GOLDEN)
        self.tokens, self.counts = np.arange(6) + 4, np.arange(9)
        self.write_tokens()
        self.golden["batch_sha256"] = checker.sha256_of(pa.array(self.tokens))
        self.golden["counts_sha256"] = checker.sha256_of(pa.array(self.counts))
        self.rows = []
        for measure, values in GOLDEN["correlations"].items():
            by_sequence = measure.endswith("_by_sequence")
            for index, value in enumerate(values):
                self.rows.append({
                    "measure": measure.removesuffix("_by_sequence"),
                    "layer": GOLDEN["profile_layer"] if by_sequence else index,
                    "sequence": index if by_sequence else -1,
                    "head": -1, "estimate": value, "method": "pearson",
                })
        for other in ({"head": 3}, {"method": "spearman"}, {"layer": 0, "sequence": 5}, {"measure": "type_row_score"}):
            self.rows.append(self.rows[0] | {"estimate": 0.5} | other)

    def write_tokens(self):
        order = np.array([4, 2, 0, 1, 3, 5])  # rows may come in any order
        batch = {"sequence": order // 3, "position": order % 3, "token_id": self.tokens[order]}
        pq.write_table(pa.table(batch), self.study / "batch.parquet")
        counts = {"id": np.arange(9)[::-1], "count": self.counts[::-1]}
        pq.write_table(pa.table(counts), self.study / "token_counts.parquet")

    def compare(self):
        pq.write_table(pa.Table.from_pylist(self.rows), self.study / "correlations.parquet")
        with contextlib.redirect_stdout(io.StringIO()) as output:
            checker.compare(self.study, self.golden)
        return output.getvalue()

    def row_of(self, measure, index):
        by_sequence = measure.endswith("_by_sequence")
        for row in self.rows:
            key = "sequence" if by_sequence else "layer"
            level = row["sequence"] >= 0 if by_sequence else row["sequence"] == -1
            if row["measure"] == measure.removesuffix("_by_sequence") and level and row[key] == index:
                return row
        return self.fail(f"no row of {measure}[{index}]")

    def test_accepts_the_golden_study(self):
        self.assertEqual(self.compare().count("largest difference 0\n"), len(MEASURES))

    def test_finds_a_difference_in_each_measure(self):
        for measure, size in MEASURES.items():
            row = self.row_of(measure, size - 1)
            kept = row["estimate"]
            with self.subTest(measure=measure):
                row["estimate"] = kept + 0.9e-4
                self.compare()
                for wrong in (kept + 1.1e-4, kept - 1.1e-4, -kept, float("nan"), None):
                    row["estimate"] = wrong
                    with self.assertRaisesRegex(checker.GoldenError, rf"{measure}\[{size - 1}\]"):
                        self.compare()
            row["estimate"] = kept

    def test_finds_a_missing_correlation(self):
        self.rows.remove(self.row_of("pair", 4))
        with self.assertRaisesRegex(checker.GoldenError, "pair: 12 correlations expected"):
            self.compare()

    def test_finds_other_tokens_and_other_counts(self):
        for numbers, name in ((self.tokens, "batch"), (self.counts, "counts")):
            numbers[1] += 1
            self.write_tokens()
            with self.assertRaisesRegex(checker.GoldenError, f"the {name} are not those of"):
                self.compare()
            numbers[1] -= 1


if __name__ == "__main__":
    unittest.main()
