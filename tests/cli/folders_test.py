"""Folders, cards and odd files through the program: what is read, and what is said of the rest."""

import gzip
import json
import os
import subprocess
import time
import unittest

from tests.cli.program import DEMO_MODEL, ProgramTest, run, write_parquet

CARD = """---
license: cc0-1.0
configs:
- config_name: default
  data_files:
  - split: train
    path: "data/*.jsonl"
  - split: test
    path: "holdout/*.jsonl"
- config_name: both
  data_files:
  - split: train
    path: ["holdout/*.jsonl", "data/*.jsonl"]
---

# Articles
"""
LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345678\n"


def lines(*texts):
    return "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()


class Folders(ProgramTest):
    def write(self, name, data):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def texts(self, corpus, *options, warnings=()):
        """The documents, by the ids of words that are one token each."""
        found = run("tokenize", "--model", DEMO_MODEL, "--corpus", corpus, *options)
        self.assertEqual(found.returncode, 0, found.stderr)
        for warning in warnings:
            self.assertIn(warning, found.stderr)
        if not warnings:
            self.assertEqual(found.stderr, "")
        words = {1996: "the", 4937: "cat", 3899: "dog", 1037: "a", 13523: "mat", 2023: "this"}
        return [" ".join(words[i] for i in json.loads(line)) for line in found.stdout.splitlines()]

    def fails(self, corpus, *fragments, options=()):
        self.assert_fails(["tokenize", "--model", DEMO_MODEL, "--corpus", corpus, *options], 1, *fragments)

    def test_a_card_of_a_clone_is_followed(self):
        for front in ("", "\ufeff", "\n\n", "\r\n"):
            for line_end in ("\n", "\r\n"):
                self.write("repo/README.md", (front + CARD.replace("\n", line_end)).encode())
                self.write("repo/data/articles.jsonl", lines("the cat", "the dog"))
                self.write("repo/holdout/articles.jsonl", lines("a mat"))
                repo = self.root / "repo"
                for split, expected in (("train", ["the cat", "the dog"]), ("test", ["a mat"]), ("train[:50%]", ["the cat"]),
                                        ("both:train", ["a mat", "the cat", "the dog"]), ("test+train[1:]", ["a mat", "the dog"]),
                                        ("all", ["the cat", "the dog", "a mat"])):
                    self.assertEqual(self.texts(f"{repo}:{split}"), expected, split)
        self.fails(f"{repo}:boht:train", '"boht"', "near: both")
        self.fails(f"{repo}:validation", 'no split "validation"', "train, test")
        self.texts(repo, warnings=["all files are read, whatever their split", "2 configurations", f"{repo}:train reads"])
        self.write("repo/README.md", b"---\nconfigs: [\n---\n")
        self.fails(f"{repo}:train", "README.md: line")

    def test_empty_files_are_empty_shards(self):
        folders = {"jsonl": (".jsonl", lines), "text": (".txt", lambda *texts: "".join(t + "\n" for t in texts).encode()),
                   "gz": (".jsonl.gz", lambda *texts: gzip.compress(lines(*texts)))}
        for name, (ending, content) in folders.items():
            self.write(f"{name}/part-00000{ending}", content("the cat"))
            self.write(f"{name}/part-00001{ending}", b"")
            self.write(f"{name}/part-00002{ending}", content("a mat"))
            for corpus in (self.root / name, f"{self.root / name}:train", f"{self.root / name}:train[:100%]"):
                self.assertEqual(self.texts(corpus, warnings=["an empty file (0 bytes)"]), ["the cat", "a mat"])
            self.write(f"none{name}/a{ending}", b"")
            self.write(f"none{name}/b{ending}", b"")
            for corpus in (self.root / f"none{name}", f"{self.root}/none{name}:train[:1]"):
                self.fails(corpus, "at least one document")
        self.write("parquet/a.parquet", b"")
        write_parquet(self.root / "parquet/b.parquet", text=["the cat"])
        self.assertEqual(self.texts(self.root / "parquet", warnings=["a.parquet: an empty file"]), ["the cat"])
        self.write("none.parquet", b"")
        self.fails(self.root / "none.parquet", "found an empty file")

    def test_json_beside_texts_about_it(self):
        self.write("en/c4-train.00000-of-00002.json.gz", gzip.compress(lines("the cat")))
        self.write("en/c4-train.00001-of-00002.json.gz", gzip.compress(lines("the dog")))
        self.write("en/LICENSE.txt", b"this\n")
        self.write("en/table.csv", b"this\n")
        for corpus in (self.root / "en", f"{self.root / 'en'}:train"):
            self.assertEqual(self.texts(corpus, warnings=["LICENSE.txt", "table.csv"]), ["the cat", "the dog"])
        found = run("info", self.root / "en")
        self.assertIn("note: ", found.stdout)
        self.assertIn("table.csv", found.stdout)
        notes = json.loads(run("info", self.root / "en", "--json").stdout)["notes"]
        self.assertTrue(any("LICENSE.txt" in note for note in notes), notes)
        self.write("books/a.txt", b"the cat\n")
        self.write("books/licence-2.0.txt", b"this\n")
        self.assertEqual(self.texts(self.root / "books", warnings=["licence-2.0.txt"]), ["the cat"])
        self.assertEqual(self.texts(f"{self.root / 'books'}:train", warnings=["licence-2.0.txt is read as data"]),
                         ["the cat", "this"])

    def test_json_arrays_are_called_that(self):
        for name, content in (("a.json", b'[{"text": "a"}]'), ("b.json", b'[\n {"text": "a"}\n]\n')):
            path = self.write(name, content)
            for options in ((), ("--skip-bad-lines",)):
                self.fails(path, f"{name}: line 1: found a JSON array", options=options)

    def test_colons_and_globs_that_match_are_paths(self):
        folder = "crawl-2024-01-01T10:00:00"
        self.write(f"{folder}/a.jsonl", lines("the cat"))
        self.write(f"{folder}/b:train.jsonl", lines("a mat"))
        for name in (folder, f"{folder}/*.jsonl", "crawl-*/*.jsonl", f"{folder}/*:*.jsonl", f"{folder}:train",
                     f"{folder}/*.jsonl:train", f"{folder}/[ab]*.jsonl:train[:100%]"):
            found = run("tokenize", "--model", DEMO_MODEL, "--corpus", name, cwd=self.root)
            self.assertEqual(found.returncode, 0, (name, found.stderr))
            self.assertEqual(len(found.stdout.splitlines()), 1 if "*:*" in name else 2, name)
        found = run("tokenize", "--model", DEMO_MODEL, "--corpus", f"{folder}:train[:1]", cwd=self.root)
        self.assertEqual(len(found.stdout.splitlines()), 1, found.stderr)

    def test_git_lfs_pointers_are_called_that(self):
        for name in ("a.jsonl", "a.txt", "a.parquet", "a.jsonl.gz"):
            self.fails(self.write(name, LFS_POINTER), f"{name}: found a Git LFS pointer", "git lfs pull")
        for name in ("model.safetensors", "tokenizer.json", "config.json"):
            model = self.root / f"clone-{name}"
            model.mkdir()
            for file in DEMO_MODEL.iterdir():
                (model / file.name).symlink_to(file.resolve())
            (model / name).unlink()
            (model / name).write_bytes(LFS_POINTER)
            path = self.write("ok.txt", b"the cat\n" * 600)
            self.assert_fails(["study", "--model", model, "--corpus", path, "--out", self.root / "out"], 1,
                              f"{name}: found a Git LFS pointer")

    def test_odd_names_and_links(self):
        self.write("c/a.txt", b"the cat\n")
        bad = os.fsencode(self.root / "c") + b"/b\xff.txt"
        with open(bad, "wb") as file:
            file.write(b"the dog\n")
        self.assertEqual(self.texts(self.root / "c"), ["the cat", "the dog"])  # a name that is not UTF-8
        os.unlink(bad)
        self.write("elsewhere/b.txt", b"the dog\n")
        (self.root / "c/linked").symlink_to(self.root / "elsewhere")
        (self.root / "c/z.txt").symlink_to(self.root / "elsewhere/b.txt")
        self.assertEqual(self.texts(self.root / "c", warnings=["links to folders", "linked"]), ["the cat", "the dog"])
        (self.root / "c/y.txt").symlink_to(self.root / "nowhere")
        self.fails(self.root / "c", "y.txt")

    def test_parts_of_one_file_may_be_named_apart(self):
        path = self.write("a.jsonl", lines("the cat", "the dog", "a mat"))
        found = run("tokenize", "--model", DEMO_MODEL, "--corpus", f"{path}:train[2:]", f"{path}:train[:1]")
        self.assertEqual(len(found.stdout.splitlines()), 2, found.stderr)
        found = run("tokenize", "--model", DEMO_MODEL, "--corpus", f"{path}:train[2:]", path)
        self.assertIn("this file twice", found.stderr)

    def test_many_files_take_linear_time(self):
        folder = self.root / "many"
        folder.mkdir()
        for i in range(20_000):
            (folder / f"train_{i:06}.txt").write_bytes(b"a\n")
        for corpus in (f"{folder}/*.txt", folder, f"{folder}:train[:100%]"):
            start = time.monotonic()
            out = self.root / "counts.csv"
            found = run("count", "--model", DEMO_MODEL, "--corpus", corpus, "--quiet", "--force", "--out", out, "--json")
            self.assertEqual(json.loads(found.stdout)["tokens"], 20_000, found.stderr)
            self.assertLess(time.monotonic() - start, 30, corpus)  # the quadratic way took 25 s on an idle machine


if __name__ == "__main__":
    unittest.main()
