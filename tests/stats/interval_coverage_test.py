"""95 % intervals over sequences contain the truth about as often as they promise, from 8 sequences on."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
MEASURES = {"log_norm", "pair", "bin_mean", "bin_mean_band", "bin_mean_row_centred", "bin_std"}


class IntervalCoverage(unittest.TestCase):
    def test_coverage_of_real_sequences(self):
        with tempfile.TemporaryDirectory() as folder:
            study = pathlib.Path(folder) / "study"
            subprocess.run([os.environ["ZIPFLENS"], "study", "--model", SOURCE / "data/all-minilm-l6-v2", "--corpus",
                            SOURCE / "data/wikipedia-sample.parquet", "--sequences", "64", "--sequence-length", "512",
                            "--permutations", "0", "--resamples", "0", "--formats", "svg", "--quiet", "--out", study],
                           check=True, capture_output=True)
            run = subprocess.run([PROGRAM, study, "400", "1"], check=True, capture_output=True, text=True)
        found = {}
        for line in run.stdout.splitlines():
            name, size, share = line.split()
            found[name, int(size)] = float(share)
        self.assertEqual({name for name, _ in found}, MEASURES)
        self.assertEqual({size for _, size in found}, {8, 16, 30, 64})
        # Shares of 400 runs in 6 layers that share their draws; percentile bootstrap has 0.61 to 0.90 at 8.
        for (name, size), share in found.items():
            self.assertGreaterEqual(share, 0.92, (name, size))
            self.assertLessEqual(share, 0.98, (name, size))


if __name__ == "__main__":
    unittest.main()
