"""A study's peak memory, with few sequences and with many."""

import json
import unittest

from tests.cli.program import DEMO_CORPUS, DEMO_MODEL, ProgramTest, run

import pyarrow.parquet as pq

LENGTH = 64
FEW, MANY = 32, 1024
# Ten times the token types, whose sums and resamples take 64 MB; 305 MB before they were bounded.
MOST_MORE_MB = 96


class Memory(ProgramTest):
    def peak_mb(self, corpus, sequences):
        out = self.root / f"study-{sequences}"
        found = run("study", "--model", DEMO_MODEL, "--corpus", corpus, "--sequences", str(sequences),
                    "--sequence-length", str(LENGTH), "--threads", "2", "--formats", "svg", "--quiet",
                    "--out", out)
        self.assertEqual(found.returncode, 0, found.stderr)
        return json.loads((out / "study.json").read_text())["peak_memory_bytes"] / 1e6

    def test_many_sequences_take_about_as_much_as_few(self):
        words = " ".join(pq.read_table(DEMO_CORPUS, columns=["text"])["text"].to_pylist()).split()
        corpus = self.root / "pieces.txt"
        pieces = (" ".join(words[at:at + 2 * LENGTH]) for at in range(0, len(words), 2 * LENGTH))
        corpus.write_text("\n".join(pieces), encoding="utf-8")
        few, many = self.peak_mb(corpus, FEW), self.peak_mb(corpus, MANY)
        self.assertLess(many, few + MOST_MORE_MB, f"{FEW} sequences: {few:.0f} MB; {MANY}: {many:.0f} MB")


if __name__ == "__main__":
    unittest.main()
