"""Counting ends at the right document, with the same counts, whatever the number of threads."""

import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.reference import notebook_recipe as recipe

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

    def run_count(self, *options, corpus=None):
        return subprocess.run([ZIPFLENS, "count", "--model", MODEL, "--corpus", corpus or self.corpus, "--force",
                               "--out", self.root / "counts.csv", "--quiet", "--json", *map(str, options)],
                              capture_output=True, text=True)

    def count(self, *options, corpus=None):
        result = self.run_count(*options, corpus=corpus)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.summary = json.loads(result.stdout)
        return pd.read_csv(self.root / "counts.csv")["count"].to_numpy()

    def write_parquet(self, name, texts, rows_a_group):
        path = self.root / name
        pq.write_table(pa.table({"text": texts}), path, row_group_size=rows_a_group)
        return path

    def expected(self, num_documents):
        return np.bincount(np.concatenate(self.ids[:num_documents]).astype(int), minlength=30522)

    def test_all_documents(self):
        for threads in (1, 2, 5):
            np.testing.assert_array_equal(self.count("--threads", threads), self.expected(len(self.ids)))

    def test_little_memory_gives_the_same_counts(self):
        for memory in (1, "200KB", "3MB"):
            np.testing.assert_array_equal(self.count("--threads", 2, "--memory", memory), self.expected(len(self.ids)))
        for memory in (0, -1, "1000PB"):
            self.assertEqual(self.run_count("--memory", memory).returncode, 2)

    def test_stretches_of_parquet_that_threads_read_side_by_side(self):
        copies = 25  # several row ranges of 8 MB
        texts = [text for line in self.lines for text in (line, line[::-1])] * copies
        nulls = [None if i % 3 == 2 else text for i, text in enumerate(texts)]
        tokenizer = recipe.load_tokenizer(MODEL)
        distinct = sorted(set(texts))
        ids = dict(zip(distinct, (np.array(encoding.ids, dtype=int) for encoding in
                                  tokenizer.encode_batch(distinct, add_special_tokens=False))))
        for first, rows_a_group in ((0, 997), (12_345, 20_011), (0, len(texts))):
            corpus = self.write_parquet("train.parquet", nulls, rows_a_group)
            kept = [text for text in nulls[first:] if text is not None]
            expected = np.bincount(np.concatenate([ids[text] for text in kept]), minlength=30522)
            for threads in (1, 2, 5):
                with self.subTest(rows_a_group=rows_a_group, threads=threads):
                    folder = f"{corpus.parent}:train[{first}:]"
                    found = self.count("--threads", threads, "--skip-bad-lines", corpus=folder)
                    np.testing.assert_array_equal(found, expected)
                    self.assertEqual(self.summary["documents"], len(kept))
                    self.assertEqual(self.summary["bad_lines"], len(nulls) - first - len(kept))
                    self.assertEqual(self.summary["tokens"], expected.sum())
        bad = list(texts)
        for row in (len(bad) // 2 + 3, len(bad) - 5, len(bad) // 3 + 1):
            bad[row] = None
        corpus = self.write_parquet("bad.parquet", bad, 997)
        for threads in (1, 3):  # the message names the first bad row, whichever thread finds one first
            result = self.run_count("--threads", threads, corpus=corpus)
            self.assertEqual(result.returncode, 1)
            self.assertIn(f"row {len(bad) // 3 + 1}, column text", result.stderr)

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
