"""Every kind of model folder gives the same ids, SHA-256 and scores from its folder and by its name on the hub."""

import json
import unittest

from safetensors.numpy import load, save

from tests.cli.embedding_rows_test import VOCABULARY, tokenizer_json
from tests.cli.program import SMALL_CONFIG, run
from tests.hub.hub_case import NAME, WEIGHTS, HubCase
from tests.hub.hub_server import Repo

TEXT = "The cats sat on a mat . <new> [MASK] a DOG ran . the cat ran on <x> . dog a the cats sat \n"
ADDED = {"content": "<new>", "lstrip": True, "rstrip": False, "single_word": False, "normalized": False, "special": True}


def encoded(value):
    return json.dumps(value).encode()


def vocabulary(*more):
    return "".join(entry + "\n" for entry in [*VOCABULARY, *more]).encode()


def shards(weights):
    """The weights in two files, of names that no convention foretells, and their index."""
    tensors = load(weights)
    halves = {f"part-{i}.safetensors": dict(list(tensors.items())[i::2]) for i in (0, 1)}
    index = {"weight_map": {key: name for name, half in halves.items() for key in half}}
    return {name: save(half) for name, half in halves.items()} | {"model.safetensors.index.json": encoded(index)}


def fixtures(config, weights):
    """Files by name, for each kind of folder."""
    json_file = {"tokenizer.json": encoded(tokenizer_json())}
    one = {"config.json": encoded(config), WEIGHTS: weights}
    lower = encoded({"do_lower_case": False, "tokenizer_class": "BertTokenizer"})
    cased = tokenizer_json()
    cased["normalizer"]["lowercase"] = False
    return {
        "tokenizer.json": one | json_file,
        "tokenizer.json beside everything else": one | json_file | {
            "vocab.txt": vocabulary("unread"), "tokenizer_config.json": encoded({"do_lower_case": True, "mask_token": "[MASK]"}),
            "special_tokens_map.json": encoded({"mask_token": "[MASK]"}), "added_tokens.json": encoded({"[MASK]": 4}),
            "README.md": b"# A model", "pytorch_model.bin": b"pickle"},
        "tokenizer.json, cased": one | {"tokenizer.json": encoded(cased), "tokenizer_config.json": lower},
        "vocab.txt": one | {"vocab.txt": vocabulary()},
        "vocab.txt, cased": one | {"vocab.txt": vocabulary(), "tokenizer_config.json": lower},
        "vocab.txt, special_tokens_map.json": one | {
            "vocab.txt": vocabulary("<x>"), "special_tokens_map.json": encoded({"additional_special_tokens": ["<x>"]})},
        "vocab.txt, added_tokens.json": one | {"vocab.txt": vocabulary(), "added_tokens.json": encoded({"<new>": len(VOCABULARY)})},
        "vocab.txt, all": one | {
            "vocab.txt": vocabulary("<x>"), "added_tokens.json": encoded({"<new>": len(VOCABULARY) + 1}),
            "special_tokens_map.json": encoded({"additional_special_tokens": ["<x>"]}),
            "tokenizer_config.json": encoded({"do_lower_case": True})},
        "vocab.txt, added_tokens_decoder": one | {
            "vocab.txt": vocabulary(), "tokenizer_config.json": encoded({"added_tokens_decoder": {str(len(VOCABULARY)): ADDED}})},
        "shards": {"config.json": one["config.json"]} | json_file | shards(weights),
    }


class ModelFixtures(HubCase):
    def setUp(self):
        super().setUp()
        # Two more rows than the vocabulary has, for added tokens or padding.
        config = SMALL_CONFIG | {"vocab_size": len(VOCABULARY) + 2, "initializer_range": 0.5}
        (self.root / "shape.json").write_text(json.dumps(config))
        made = run("model", "random", "--like", self.root / "shape.json", "--seed", 2, "--out", self.root / "made")
        self.assertEqual(made.returncode, 0, made.stderr)
        files = {path.name: path.read_bytes() for path in (self.root / "made").iterdir()}
        self.fixtures = fixtures(json.loads(files["config.json"]), files[WEIGHTS])
        self.corpus = self.root / "texts.txt"
        self.corpus.write_text(TEXT * 6)

    def output(self, *arguments):
        done = self.run_program(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def results(self, model, tag):
        """ids, the recorded SHA-256, and every captured array."""
        small = ("--corpus", self.corpus, "--sequences", 3, "--sequence-length", 16, "--quiet", "--out")
        self.output("study", "--model", model, "--permutations", 200, "--resamples", 200, "--formats", "svg", "--bins", 4, *small,
                    self.root / f"study-{tag}")
        self.output("capture", "--model", model, "--head-scores", *small, self.root / f"capture-{tag}")
        study = json.loads((self.root / f"study-{tag}/study.json").read_text())
        arrays = {path.name: path.read_bytes() for path in (self.root / f"capture-{tag}").iterdir()}
        return self.output("tokenize", "--model", model, self.corpus), study["sha256"], arrays

    def write_folder(self, folder_name, files):
        folder = self.root / folder_name
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return folder

    def test_folder_and_name_give_the_same(self):
        seen = set()
        for number, (kind, files) in enumerate(self.fixtures.items()):
            with self.subTest(kind):
                folder = self.write_folder(f"folder-{number}", files)
                name = f"org/fixture-{number}"
                self.hub.repos["models/" + name] = Repo(dict(files))
                # First only the tokenizer: the missing files must be fetched after that.
                ids = self.output("tokenize", "--model", name, self.corpus)
                by_folder, by_name = self.results(folder, f"{number}-folder"), self.results(name, f"{number}-name")
                self.assertEqual(ids, by_folder[0])
                self.assertEqual(by_name[0], by_folder[0])
                self.assertEqual(by_name[1]["model"], by_folder[1]["model"])
                self.assertEqual(by_name[1], by_folder[1])
                self.assertEqual(by_name[2], by_folder[2])
                before = len(self.hub.requests)
                self.assertEqual(self.output("tokenize", "--model", name, self.corpus), ids)
                self.assertEqual(len(self.hub.requests), before, "the cache has it all, and knows it")
                seen.add(ids)
        self.assertGreater(len(seen), 4, "the fixtures differ")

    def test_model_random_copies_what_decides_the_ids(self):
        for number, (kind, files) in enumerate(self.fixtures.items()):
            with self.subTest(kind):
                folder = self.write_folder(f"source-{number}", files)
                copy = self.root / f"copy-{number}"
                self.output("model", "random", "--like", folder, "--tokenizer", folder, "--out", copy)
                self.assertEqual(self.output("tokenize", "--model", copy, self.corpus),
                                 self.output("tokenize", "--model", folder, self.corpus))

    def test_model_random_copies_no_tokenizer_of_another_class(self):
        folder = self.root / "japanese"
        folder.mkdir()
        (folder / "vocab.txt").write_bytes(vocabulary())
        (folder / "config.json").write_bytes(encoded(SMALL_CONFIG | {"tokenizer_class": "BertJapaneseTokenizer"}))
        self.fails(["model", "random", "--like", folder, "--tokenizer", folder, "--out", self.root / "copy"],
                   "config.json", "tokenizer_class", "BertJapaneseTokenizer")

    def test_a_checkpoint_of_other_added_tokens_is_refused(self):
        folder = self.root / "changed"
        folder.mkdir()
        for name, content in self.fixtures["vocab.txt, added_tokens.json"].items():
            (folder / name).write_bytes(content)
        texts = self.root / "endless.jsonl"
        texts.write_text((json.dumps({"text": TEXT}) + "\n") * 400 + "no json\n")
        arguments = ["count", "--model", folder, "--corpus", texts, "--out", self.root / "c.csv", "--checkpoint",
                     self.root / "c.checkpoint", "--checkpoint-seconds", 0, "--quiet"]
        self.assertEqual(self.run_program(*arguments).returncode, 1)  # the last line is bad
        self.assertTrue((self.root / "c.checkpoint").exists())
        (folder / "added_tokens.json").write_bytes(encoded({"cats sat": len(VOCABULARY)}))
        self.fails(arguments, "of another count", "added_tokens.json")

    def test_a_part_of_a_model_in_the_cache_is_not_taken_for_all_of_it(self):
        files = self.fixtures["vocab.txt, all"]
        self.repo.files = dict(files)
        self.fetch()
        expected = self.output("tokenize", "--model", NAME, self.corpus)
        for missing in ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"):
            (self.snapshot() / missing).unlink()
            for note in self.cache.glob("*/trees/*"):
                note.unlink()
            self.assertEqual(self.output("tokenize", "--model", NAME, self.corpus), expected, missing)
            self.assertTrue((self.snapshot() / missing).exists())


if __name__ == "__main__":
    unittest.main()
