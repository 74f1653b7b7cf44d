"""Figures of many sequences: data that pandas reads, small pictures."""

import pathlib
import unittest

import pandas as pd

from tests.cli.program import DEMO_CORPUS, ProgramTest, run

import pyarrow.parquet as pq

LENGTH = 16
MANY, MORE = 300, 900
MOST_BYTES = 1_000_000


class ManySequences(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        words = " ".join(pq.read_table(DEMO_CORPUS, columns=["text"])["text"].to_pylist()).split()
        corpus = cls.root / "pieces.txt"
        pieces = (" ".join(words[at:at + 2 * LENGTH]) for at in range(0, 4 * MORE * LENGTH, 2 * LENGTH))
        corpus.write_text("\n".join(pieces), encoding="utf-8")
        cls.studies = {}
        for sequences in (MANY, MORE):
            out = cls.root / f"study-{sequences}"
            found = run("study", "--model", cls.model, "--corpus", corpus, "--sequences", sequences,
                        "--sequence-length", LENGTH, "--bins", "10", "--quiet", "--out", out)
            assert found.returncode == 0, found.stderr
            cls.studies[sequences] = out

    def test_pandas_reads_every_point_as_documented(self):
        for sequences, study in self.studies.items():
            figures = study / "figures"
            profiles = pd.read_parquet(study / "profiles.parquet")
            lines = pd.read_csv(figures / "part5c.csv")
            self.assertEqual(list(lines.columns), ["panel", "series", "x", "y", "lower", "upper"])
            layer = profiles[(profiles["head"] == -1) & (profiles.scores == "raw") & (profiles.layer == 1)]
            for panel, value in (("A", "mean"), ("B", "std")):
                rows = lines[lines.panel == panel]
                self.assertEqual(rows.series.nunique(), sequences + 1)
                last = rows[rows.series == f"sequence {sequences - 1}"]
                expected = layer[layer.sequence == sequences - 1]
                self.assertLess((last.x.to_numpy() - expected.centre.to_numpy()).max(), 1e-6)
                self.assertLess(abs(last.y.to_numpy() - expected[value].to_numpy()).max(), 1e-6)
            scatter = pd.read_csv(figures / "part4a.csv")
            self.assertEqual((scatter.series == "token").sum(), scatter.panel.nunique() * sequences * (LENGTH - 1))
            self.assertEqual(pd.read_csv(figures / "part2.csv", index_col="row").shape, (sequences, LENGTH))

    def test_pictures_stay_small(self):
        for study in self.studies.values():
            for picture in (study / "figures").iterdir():
                if picture.suffix in (".svg", ".pdf", ".png"):
                    self.assertLess(picture.stat().st_size, MOST_BYTES, picture.name)
        pictures = list(pathlib.Path(self.studies[MORE] / "figures").glob("*.svg"))
        self.assertEqual(len(pictures), 15)


if __name__ == "__main__":
    unittest.main()
