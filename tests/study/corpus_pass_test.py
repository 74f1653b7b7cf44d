"""Counting ends at the right document, with the same counts, whatever the number of threads."""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import pandas as pd

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import notebook_recipe as recipe  # noqa: E402

SOURCE = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
ZIPFLENS = os.environ["ZIPFLENS"]
MODEL = SOURCE / "data/all-minilm-l6-v2"
CORPUS = SOURCE / "data/wikipedia-sample.parquet"


class CorpusPass(unittest.TestCase):
    """Many small documents, so that blocks, threads and the target meet in many ways."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.root = pathlib.Path(cls.folder.name)
        generator = random.Random(4)
        lines = [line for text in pd.read_parquet(CORPUS).text for line in text.split("\n")]
        generator.shuffle(lines)
        cls.lines = [line + " [MASK]\u3000" * generator.randrange(2) for line in lines]
        cls.corpus = cls.root / "lines.txt"
        cls.corpus.write_text("".join(line + "\n" for line in cls.lines), encoding="utf-8")
        tokenizer = recipe.load_tokenizer(MODEL)
        encodings = tokenizer.encode_batch(cls.lines, add_special_tokens=False)
        cls.ids = [encoding.ids for encoding in encodings]
        cls.totals = np.cumsum([len(ids) for ids in cls.ids])

    def count(self, *options):
        out = self.root / "counts.csv"
        subprocess.run([ZIPFLENS, "count", "--model", MODEL, "--corpus", self.corpus, "--out", out, "--force",
                        "--quiet", *map(str, options)], check=True, capture_output=True)
        return pd.read_csv(out)["count"].to_numpy()

    def expected(self, num_documents):
        return np.bincount(np.concatenate(self.ids[:num_documents]).astype(int), minlength=30522)

    def test_all_documents(self):
        for threads in (1, 2, 5):
            np.testing.assert_array_equal(self.count("--threads", threads), self.expected(len(self.ids)))

    def test_the_document_that_reaches_the_target_is_the_last(self):
        generator = random.Random(5)
        targets = [1, int(self.totals[-1]), int(self.totals[-1]) - 1]
        targets += [generator.randrange(1, int(self.totals[-1])) for _ in range(6)]
        targets += [int(self.totals[generator.randrange(len(self.totals))]) for _ in range(3)]
        for target in targets:
            num_documents = int(np.searchsorted(self.totals, target)) + 1
            for threads in (1, 3):
                with self.subTest(target=target, threads=threads):
                    np.testing.assert_array_equal(
                        self.count("--threads", threads, "--target-tokens", target), self.expected(num_documents))

    def test_tokenize_gives_the_ids_of_every_line(self):
        result = subprocess.run([ZIPFLENS, "tokenize", "--model", MODEL, self.corpus], check=True,
                                capture_output=True, text=True)
        self.assertEqual([json.loads(line) for line in result.stdout.splitlines()], self.ids)


if __name__ == "__main__":
    unittest.main()
