"""What the tests of the program share: running it, a small model, a small corpus."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import pyarrow as pa
import pyarrow.parquet as pq

SOURCE = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
ZIPFLENS = os.environ["ZIPFLENS"]
DEMO_MODEL = SOURCE / "data/all-minilm-l6-v2"
DEMO_CORPUS = SOURCE / "data/wikipedia-sample.parquet"

SMALL_CONFIG = {
    "model_type": "bert", "vocab_size": 30522, "hidden_size": 8, "num_hidden_layers": 2,
    "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 32,
    "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu", "initializer_range": 0.02,
}


def run(*arguments, stdin="", env=None, cwd=None):
    """Runs zipflens; returns the finished process with its output as text."""
    return subprocess.run([ZIPFLENS, *map(str, arguments)], input=stdin, capture_output=True, text=True,
                          env={**os.environ, **(env or {})}, cwd=cwd, timeout=600)


def write_parquet(path, **columns):
    pq.write_table(pa.table(columns), path)
    return path


class ProgramTest(unittest.TestCase):
    """A folder of its own with a small random model and corpus, removed at the end."""

    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls._folder.name)
        (cls.root / "config.json").write_text(json.dumps(SMALL_CONFIG))
        cls.model = cls.root / "model"
        made = run("model", "random", "--like", cls.root / "config.json", "--seed", 1,
                   "--tokenizer", DEMO_MODEL, "--out", cls.model)
        assert made.returncode == 0, made.stderr
        texts = [f"the cat number {i} sat on the mat and looked at dog {i % 3} . " * 4 for i in range(12)]
        cls.corpus = write_parquet(cls.root / "corpus.parquet", text=texts)

    @classmethod
    def tearDownClass(cls):
        cls._folder.cleanup()

    def study_arguments(self, model=None, corpus=None, out=None, sequences=4):
        return ["study", "--model", model or self.model, "--corpus", corpus or self.corpus,
                "--out", out or self.root / "study", "--sequences", sequences, "--formats", "svg"]

    def assert_fails(self, arguments, code, *fragments, env=None, cwd=None):
        """The command ends with `code`, says every fragment in one message, and leaves nothing behind."""
        before = sorted(str(path) for path in self.root.rglob("*"))
        found = run(*arguments, env=env, cwd=cwd)
        self.assertEqual(found.returncode, code, found.stderr)
        for fragment in fragments:
            self.assertIn(str(fragment), found.stderr)
        self.assertNotIn("a bug in zipflens", found.stderr)
        after = sorted(str(path) for path in self.root.rglob("*"))
        self.assertEqual(before, after, "the failed command left something behind")
        return found
