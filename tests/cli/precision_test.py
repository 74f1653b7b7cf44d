"""study --precision: what bfloat16 changes in the demo's numbers, what is said of it, and where it is refused."""

import json
import pathlib
import sys
import unittest

import pandas as pd

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from program import DEMO_CORPUS, DEMO_MODEL, ProgramTest, run  # noqa: E402

from bench.peers.machine import processor  # noqa: E402

KEYS = ["measure", "layer", "head", "sequence", "method", "counts"]


class PrecisionOption(ProgramTest):
    def study(self, name, *options, env=None):
        out = self.root / name
        self.done = run("study", "--model", DEMO_MODEL, "--corpus", DEMO_CORPUS, "--sequences", 16,
                        "--formats", "svg", "--permutations", 200, "--resamples", 200, "--out", out, *options, env=env)
        return out

    def test_bfloat16_moves_no_correlation_by_a_hundredth_and_says_what_it_moves(self):
        exact = pd.read_parquet(self.study("exact") / "correlations.parquet")
        self.assertNotIn("lies at most", self.done.stdout + self.done.stderr)
        has_bfloat16 = "avx512_bf16" in processor("flags").split()
        for precision in ["emulated-bfloat16"] + ["bfloat16"] * has_bfloat16:
            with self.subTest(precision):
                self.check_rounded(exact, precision)

    def check_rounded(self, exact, precision):
        rounded = self.study(precision, "--precision", precision)
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.assertIn(f"{precision}: on the first sequence Z lies at most", self.done.stdout + self.done.stderr)
        study = json.loads((rounded / "study.json").read_text())
        self.assertEqual(study["study"]["precision"], precision)
        deviation = study["deviation_from_float32"]
        self.assertTrue(0.001 < deviation["mean_scores"] < 0.02 * deviation["largest_mean_score"], deviation)
        self.assertTrue(0.001 < deviation["log_norms"] < 0.05, deviation)
        both = exact.merge(pd.read_parquet(rounded / "correlations.parquet"), on=KEYS, suffixes=("", "_rounded"))
        self.assertEqual(len(both), len(exact))
        both = both[(both.sequence < 0) & (both["head"] < 0)]
        distance = (both.estimate - both.estimate_rounded).abs()
        self.assertGreater(distance.max(), 0)
        self.assertLess(distance.max(), 0.01)

    def test_refused_where_the_instruction_set_has_none(self):
        out = self.study("refused", "--precision", "bfloat16", env={"ZIPFLENS_ISA": "sse4"})
        self.assertEqual(self.done.returncode, 2)
        self.assertIn("AVX-512 BF16 or AMX", self.done.stderr)
        self.assertFalse(out.exists())

    def test_auto_is_float32_where_the_instruction_set_has_none(self):
        out = self.study("auto", "--precision", "auto", env={"ZIPFLENS_ISA": "sse4"})
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        study = json.loads((out / "study.json").read_text())
        self.assertEqual(study["study"]["precision"], "float32")
        self.assertNotIn("deviation_from_float32", study)


if __name__ == "__main__":
    unittest.main()
