"""More embedding rows than the tokenizer has ids, or fewer: what is read, what is refused, and that the scores are the same."""

import json
import pathlib
import sys
import unittest

import numpy as np
from safetensors.numpy import load_file, save_file

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from program import SMALL_CONFIG, ProgramTest, run  # noqa: E402

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat", "on", "a", "mat", ".", "dog", "ran"]
WORDS = "word_embeddings.weight"
FAMILIES = {
    "bert": {},
    "electra": {"model_type": "electra", "embedding_size": 4},
    "distilbert": {"model_type": "distilbert", "n_layers": 2, "n_heads": 2, "dim": 8, "hidden_dim": 16, "activation": "gelu"},
}


def tokenizer_json(added=()):
    tokens = [{"id": id, "content": content, "special": content.startswith("["), "single_word": False, "lstrip": False,
               "rstrip": False, "normalized": False} for id, content in [*enumerate(VOCABULARY[:5]), *added]]
    return {"version": "1.0", "added_tokens": tokens,
            "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "lowercase": True},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "model": {"unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                      "vocab": {entry: id for id, entry in enumerate(VOCABULARY)}}}


class EmbeddingRows(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.texts = cls.root / "texts.txt"
        cls.texts.write_text("".join(f"the cats sat on a mat . a dog {'ran ' * (i % 4)}. the cat ran on . dog a the cats . \n" * 2
                                     for i in range(8)))

    def make(self, name, rows, family="bert", config_rows=None, tokenizer=None):
        """A model of VOCABULARY whose word embeddings have `rows` rows; those behind the vocabulary's are large."""
        shape = SMALL_CONFIG | FAMILIES[family] | {"vocab_size": len(VOCABULARY), "initializer_range": 0.5}
        (self.root / "shape.json").write_text(json.dumps(shape))
        folder = self.root / name
        made = run("model", "random", "--like", self.root / "shape.json", "--seed", 5, "--out", folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        tensors = load_file(folder / "model.safetensors")
        key = next(key for key in tensors if key.endswith(WORDS))
        table = tensors[key]
        more = np.full((max(rows - len(table), 0), table.shape[1]), 1e4, np.float32)
        tensors[key] = np.concatenate([table, more])[:rows].copy()
        save_file(tensors, folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text()) | {"vocab_size": rows if config_rows is None else config_rows}
        (folder / "config.json").write_text(json.dumps(config))
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer or tokenizer_json()))
        return folder

    def capture(self, model, name, corpus=None):
        done = run("capture", "--model", model, "--corpus", corpus or self.texts, "--sequences", 4, "--sequence-length", 16,
                   "--head-scores", "--attention-outputs", "--quiet", "--out", self.root / name)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {path.name: path.read_bytes() for path in sorted((self.root / name).iterdir())}

    def study(self, model, name, *options, corpus=None):
        done = run("study", "--model", model, "--corpus", corpus or self.texts, "--sequences", 4, "--sequence-length", 16, "--bins", 4,
                   "--permutations", 200, "--resamples", 200, "--formats", "svg", "--quiet", "--out", self.root / name, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.root / name

    def test_padded_tables_give_the_same_scores_to_the_bit(self):
        for family in FAMILIES:
            exact = self.capture(self.make(f"{family}-exact", len(VOCABULARY), family), f"{family}-exact-scores")
            for rows in (len(VOCABULARY) + 1, 64):
                padded = self.make(f"{family}-{rows}", rows, family)
                self.assertEqual(self.capture(padded, f"{family}-{rows}-scores"), exact)

    def test_a_study_of_a_padded_table_is_the_study_of_the_exact_one(self):
        exact = self.study(self.make("exact", len(VOCABULARY)), "study-exact", "--null", "permuted-vocabulary")
        padded = self.study(self.make("padded", 64), "study-padded", "--null", "permuted-vocabulary")
        tables = sorted(path.relative_to(exact) for path in exact.rglob("*.parquet"))
        self.assertIn(pathlib.Path("null/profiles.parquet"), tables)
        for table in tables:
            self.assertEqual((padded / table).read_bytes(), (exact / table).read_bytes(), table)
        self.assertEqual(json.loads((padded / "study.json").read_text())["study"]["vocab_size"], len(VOCABULARY))

    def test_an_added_token_without_a_row_is_refused_where_it_stands(self):
        added = [(len(VOCABULARY), "<new>")]
        model = self.make("beyond", len(VOCABULARY), tokenizer=tokenizer_json(added))
        exact = self.make("beyond-exact", len(VOCABULARY))
        self.assertEqual(self.capture(model, "without")["layer.1.attention.scores.npy"],
                         self.capture(exact, "exact-without")["layer.1.attention.scores.npy"])
        with_it = self.root / "with.txt"
        with_it.write_text("dog\n" + "the cats sat on a mat . <new> dog ran . the cat ran on a mat . \n" * 3)
        place = ("document 1", "position 8", '"<new>"', f"id {len(VOCABULARY)}", f"ids below {len(VOCABULARY)}", "vocab_size")
        options = ["--model", model, "--corpus", with_it, "--sequences", 2, "--sequence-length", 16, "--quiet"]
        self.assert_fails(["study", *options, "--out", self.root / "refused"], 1, *place)
        self.assert_fails(["capture", *options, "--out", self.root / "refused"], 1, *place)
        counted = run("count", "--model", model, "--corpus", with_it, "--out", self.root / "counted.csv", "--quiet")
        self.assertEqual(counted.returncode, 0, counted.stderr)
        self.assertIn(f"\n{len(VOCABULARY)},<new>,3,", (self.root / "counted.csv").read_text().replace('"', ""))

    def test_a_counted_token_without_a_row_is_no_other_tokens_stand_in(self):
        added = [(len(VOCABULARY), "<new>")]
        model = self.make("stand-in", len(VOCABULARY), tokenizer=tokenizer_json(added))
        long_and_short = self.root / "short.txt"
        long_and_short.write_text(self.texts.read_text() + "<new> <new> \n")
        self.study(model, "stand-in-study", "--null", "permuted-vocabulary", corpus=long_and_short)

    def test_a_vocab_size_that_is_not_the_tables_is_refused(self):
        for rows, config_rows in ((64, len(VOCABULARY)), (len(VOCABULARY), 64), (10, len(VOCABULARY))):
            model = self.make(f"rows-{rows}-{config_rows}", rows, config_rows=config_rows)
            self.assert_fails(["study", "--model", model, "--corpus", self.texts, "--sequences", 2, "--sequence-length", 16,
                               "--out", self.root / "refused"], 1, "word_embeddings.weight", f"[{rows}, 8]", f"[{config_rows}, 8]")


if __name__ == "__main__":
    unittest.main()
