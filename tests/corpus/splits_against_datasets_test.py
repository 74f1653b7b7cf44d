"""Split expressions mean the rows that the `datasets` package takes for them."""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

CACHE = tempfile.TemporaryDirectory()
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_CACHE"] = CACHE.name
os.environ["HF_HOME"] = CACHE.name

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ReadInstruction, disable_progress_bars, load_dataset

SPLIT_PROBE = sys.argv.pop(1)
CORPUS_PROBE = sys.argv.pop(1)


def random_boundary(generator, percent):
    limit = generator.choice((3, 20, 100, 103)) if percent else generator.choice((3, 60, 400, 10**20))
    value = str(generator.randrange(-limit, limit + 1))
    return (value if len(value) < 4 or generator.random() < 0.9 else value[:-1] + "_" + value[-1]) + (
        "%" if percent else "")


def random_term(generator):
    """A term as a user might write it, and now and then one that is none."""
    text = generator.choice(("train", "test", "validation", "20231101.en", "train.extra"))
    percent = generator.random() < 0.6
    if generator.random() < 0.9:
        boundaries = [random_boundary(generator, percent) if generator.random() < 0.7 else ""
                      for _ in range(2)]
        if generator.random() < 0.05:
            boundaries[0] = boundaries[0].rstrip("%")
        text += f"[{':'.join(boundaries)}]"
    if percent and generator.random() < 0.3:
        text += generator.choice(("(closest)", "(pct1_dropremainder)"))
    if generator.random() < 0.05:
        position = generator.randrange(len(text) + 1)
        text = text[:position] + generator.choice("[]:%-_.() x") + text[position + generator.randrange(2):]
    return text


def random_expression(generator):
    terms = [random_term(generator) for _ in range(generator.choice((1, 1, 1, 2, 3)))]
    return generator.choice(("+", " + ", "+ ")).join(terms)


def reference(expression, rows_of):
    """What `datasets` takes, as the probe would print it; None where it refuses or takes nothing."""
    try:
        ranges = ReadInstruction.from_spec(expression).to_absolute(rows_of)
    except (ValueError, AssertionError):
        return None
    if any(part.from_ > part.to for part in ranges) or all(part.from_ == part.to for part in ranges):
        return None  # loading fails with "corresponds to no data" or because a slice has a negative length
    return " ".join(f"{part.splitname} {part.from_} {part.to}" for part in ranges)


class SplitsAgainstDatasets(unittest.TestCase):
    def check(self, cases):
        lines = "".join(f"{expression}\t{' '.join(f'{k}={v}' for k, v in rows_of.items())}\n"
                        for expression, rows_of in cases)
        output = subprocess.run([SPLIT_PROBE], input=lines, capture_output=True, text=True,
                                check=True).stdout.splitlines()
        self.assertEqual(len(output), len(cases))
        refused = 0
        for (expression, rows_of), found in zip(cases, output):
            expected = reference(expression, rows_of)
            refused += expected is None
            if expected is None:
                self.assertTrue(found.startswith("error: "), (expression, rows_of, found))
            else:
                self.assertEqual(found.strip(), expected, (expression, rows_of))
        return refused

    def test_random_expressions(self):
        generator = random.Random(4)
        cases = []
        for _ in range(20000):
            rows_of = {name: generator.choice((0, 1, 7, 50, 99, 100, 150, 6407814, 2**40 + 1))
                       for name in ("train", "test", "validation", "20231101.en", "train.extra")}
            cases.append((random_expression(generator), rows_of))
        refused = self.check(cases)
        self.assertLess(refused, 0.7 * len(cases))
        self.assertGreater(refused, 0.1 * len(cases))

    def test_halves_and_every_percentage_of_many_sizes(self):
        cases = [(f"train[{percent}%:]+train[:{-percent}%]", {"train": rows})
                 for rows in (1, 50, 99, 150, 250, 350, 1050, 12345, 6407814)
                 for percent in range(101)]
        self.check(cases)

    def test_forms_that_are_none(self):
        forms = ["", "train[", "train[]", "train[5]", "train[:]x", "train[a:]", "train[:1%]()", "train[::2]",
                 "train[:5](closest)", "train[:](closest)", "train(closest)", "train[:1%](nearest)", "+train",
                 "train+", "train++test", " train", "train ", "tr-ain", "train[1_:]", "train[_1:]",
                 "train[1__0:]", "train[--1:]", "train[- 1:]", "train[:101%]", "train[-101%:]", "none", ".train",
                 "train.", "train[1.5%:]", "train[:1%][:1%]", "train[:1%](closest)+test[:1%](pct1_dropremainder)"]
        rows_of = {"train": 1000, "test": 1000}
        self.assertEqual(self.check([(form, rows_of) for form in forms]), len(forms))


class FilesAgainstDatasets(unittest.TestCase):
    """Folders as on the hub, read by both."""

    @classmethod
    def setUpClass(cls):
        disable_progress_bars()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = pathlib.Path(folder.name)

    def shard(self, path, first, count, row_group_size=7):
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = [f"{path.parent.name} {i}" for i in range(first, first + count)]
        if path.suffix == ".parquet":
            pq.write_table(pa.table({"text": pa.array(texts, pa.string())}), path, row_group_size=row_group_size)
        else:
            path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))

    def shards(self, folder, split, rows, ending="parquet"):
        first = 0
        for i, count in enumerate(rows):
            self.shard(folder / f"{split}-{i:05}-of-{len(rows):05}.{ending}", first, count)
            first += count

    def read(self, corpus):
        found = subprocess.run([CORPUS_PROBE, corpus], capture_output=True, text=True)
        if found.returncode != 0:
            return found.stderr
        documents = [json.loads(line) for line in found.stdout.splitlines()]
        self.assertEqual([index for index, _, _ in documents], list(range(len(documents))))
        return [text for _, _, text in documents]

    def loaded(self, folder, split, **options):
        return load_dataset(str(folder), split=split, **options)["text"][:]

    EXPRESSIONS = ("train", "train[:1%]", "train[10:45]", "train[-10%:]", "train[10%:20%]+train[-5%:]", "train[:-7]",
                   "train[3:5]+test+train[:9]", "test[50%:]", "train[:33%](pct1_dropremainder)")

    def test_shards_of_a_configuration(self):
        root = self.root / "wikipedia"
        self.shards(root / "20231101.en", "train", (60, 41, 1, 75))
        self.shards(root / "20231101.en", "test", (11, 12))
        self.shards(root / "20231101.fr", "train", (5,))
        for expression in self.EXPRESSIONS:
            self.assertEqual(self.read(f"{root}:20231101.en:{expression}"),
                             self.loaded(root, expression, data_dir="20231101.en"), expression)
        self.assertIn("20231101.en, 20231101.fr", self.read(f"{root}:train"))
        self.assertIn('no split "dev"', self.read(f"{root}:20231101.en:dev"))

    def test_folders_of_other_shapes(self):
        shapes = {
            "data": ("data/train-00000-of-00001.parquet", "data/test-00000-of-00001.parquet"),
            "names": ("train.parquet", "test.parquet"),
            "numbers": ("train_0.jsonl", "train_1.jsonl", "test.jsonl"),
            "folders": ("train/a.jsonl", "train/b.jsonl", "test/c.jsonl"),
        }
        for name, files in shapes.items():
            for number, file in enumerate(files):
                self.shard(self.root / name / file, 1000 * number, 120 + number)
            for expression in ("train[5%:40%]+test[-3:]", "train+test[:50]"):
                self.assertEqual(self.read(f"{self.root / name}:{expression}"),
                                 self.loaded(self.root / name, expression), (name, expression))

    def test_a_file_or_glob_is_train(self):
        for i in range(3):
            self.shard(self.root / "globbed" / f"part{i}.jsonl", i, 50)
        pattern = str(self.root / "globbed" / "part[0-9].jsonl")
        self.assertEqual(self.read(f"{pattern}:train[30%:70%]"),
                         self.loaded("json", "train[30%:70%]", data_files=pattern))
        self.assertEqual(self.read(f"{self.root / 'globbed'}:train[-20:]"),
                         self.loaded(self.root / "globbed", "train[-20:]"))

    def test_random_expressions_on_files(self):
        generator = random.Random(8)
        root = self.root / "random"
        self.shards(root, "train", (37, 90, 13, 60))
        self.shards(root, "test", (101, 25))
        rows = {"train": self.read(f"{root}:train"), "test": self.read(f"{root}:test")}
        rows_of = {split: len(texts) for split, texts in rows.items()}
        num_compared = 0
        while num_compared < 200:
            expression = random_expression(generator)
            answer = reference(expression, rows_of)
            if answer is None:
                continue
            words = answer.split()
            expected = [text for split, begin, end in zip(words[::3], words[1::3], words[2::3])
                        for text in rows[split][int(begin):int(end)]]
            self.assertEqual(self.read(f"{root}:{expression}"), expected, expression)
            num_compared += 1

    def test_a_split_opens_only_the_shards_it_needs(self):
        root = self.root / "damaged"
        self.shards(root, "train", (100, 100, 100))
        for name in ("train-00001-of-00003.parquet", "train-00002-of-00003.parquet"):
            path = root / name
            data = bytearray(path.read_bytes())
            footer = int.from_bytes(data[-8:-4], "little") + 8
            data[4:len(data) - footer] = b"\xff" * (len(data) - footer - 4)
            path.write_bytes(data)
        self.assertEqual(len(self.read(f"{root}:train[:33%]")), 99)
        self.assertIn("train-00001-of-00003.parquet", self.read(f"{root}:train[:34%]"))

    def test_missing_shards_are_missed(self):
        root = self.root / "missing"
        self.shards(root, "train", (10, 10, 10))
        (root / "train-00001-of-00003.parquet").unlink()
        self.assertIn("2 of 3 shards", self.read(f"{root}:train[:1%]"))
        self.shard(root / "train-00000-of-00001.parquet", 0, 10)
        self.assertIn("more than one set", self.read(f"{root}:train"))


if __name__ == "__main__":
    unittest.main()
