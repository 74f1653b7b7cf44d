"""tokenizer.json with fields dropped, nulled or altered: read as the pinned tokenizers reads it, or refused by name.

Each variant is one of three: the same ids as the reference on every text, refused by both, or refused here with the name
of a field that DELIBERATE lists (as docs/tokenizer.md does). Longer: MUTATIONS=5000 SEED=7 python tests/tokenizer/mutation_test.py
"""

import collections
import copy
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reference import SOURCE, Pair, Tokenizer, found_ids  # noqa: E402

# Files that the reference reads and zipflens refuses, by the field that the message names.
DELIBERATE = {
    r"normalizer(\.type)?": "another normalizer, or a list of BertNormalizer's options",
    r"pre_tokenizer(\.type)?": "another pre-tokenizer, or none",
    r"post_processor(\.type|\.single|\.sep|\.cls)?": "another post-processor, or a template that loses or repeats a text",
    r"decoder(\.type|\.prefix)?": "another decoder",
    r"model\.type": "another model",
    r"model\.merges": "a BPE",
    r"model\.(max_input_chars_per_word|continuing_subword_prefix)": "a WordLevel, by what is missing",
    r"model\.vocab(\..*)?": "ids that are not 0 to V-1, each once; no entries",
    r"model\.unk_token": "an unknown token that is not in the vocabulary",
    r"added_tokens\[\d+\]|added token \d+": "an id other than the one it gets, an empty token, one listed twice",
    r"truncation\..*|padding\..*": "a number above 2^63 - 1",
}
TEXTS = 50
WORDS = ["the", "cats", "Cat", "caf\u00e9", "CAFE\u0301", "\u4e2d\u6587", "[MASK]", "[mask]", "<x>", "new york", "New  York", "sat.",
         "on!", "x" * 12, "\u0000\u200b", "\u3000", "\ufffd", "unaffable", "##s", "a-b", "\u00c5", "[CLS]", "the[SEP]cat", "\t", "12"]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat", "on", "The", "Cat", "caf", "##e", "##\u00e9",
              "cafe", "\u4e2d", "##\u6587", "\u6587", ".", "!", "-", "[", "]", "mask", "<", ">", "x", "##x", "new", "york", "un", "##aff",
              "##able", "a", "b", "1", "##2", "\u00e5", "the cat", "#", "s"]


def token(id, content, **flags):
    return {"id": id, "content": content, "special": True, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False} | flags


def bases():
    """Valid files, as versions of tokenizers from 2019 to 2026 and their users write them."""
    vocabulary = {entry: id for id, entry in enumerate(VOCABULARY)}
    specials = [token(id, VOCABULARY[id]) for id in range(5)]
    bert = {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True}
    piece = {"unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 10, "vocab": vocabulary}
    cls, text, other, sep = (
        {"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
        {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}})
    template = {"type": "TemplateProcessing", "single": [cls, text, sep], "pair": [cls, text, sep, other, sep],
                "special_tokens": {name: {"id": name, "ids": [vocabulary[name]], "tokens": [name]} for name in ("[CLS]", "[SEP]")}}
    pairs = {"sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}
    decoder = {"type": "WordPiece", "prefix": "##", "cleanup": True}
    rest = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": specials, "normalizer": bert,
            "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": template, "decoder": decoder}
    truncated = {"truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
                 "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0,
                             "pad_type_id": 0, "pad_token": "[PAD]"}}
    more = [token(len(VOCABULARY), "<x>", lstrip=True), token(len(VOCABULARY) + 1, "New York", special=False, normalized=True),
            token(6, "cat", special=False, single_word=True, rstrip=True)]
    return [
        rest | truncated | {"model": {"type": "WordPiece"} | piece},  # as written by 0.9 and later
        rest | {"post_processor": {"type": "BertProcessing"} | pairs, "model": piece},  # before 0.9: bert-base-uncased
        rest | {"normalizer": bert | {"lowercase": False}, "added_tokens": specials + more, "model": {"type": "WordPiece"} | piece,
                "post_processor": {"type": "RobertaProcessing", "trim_offsets": True, "add_prefix_space": False} | pairs},
        rest | {"added_tokens": specials + more, "post_processor": None, "decoder": None, "normalizer": None, "model": piece},
    ]


def places(value, place=()):
    """The place of every value in a file, the entries of a vocabulary but a few left out."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        if place == ("model", "vocab") and key not in ("[PAD]", "the", "s", "[UNK]"):
            continue
        yield (*place, key)
        yield from places(member, (*place, key))


SOMETHING = [None, True, False, 0, 1, 3, -1, 2.5, 2**32, 2**63, "", "x", "[UNK]", "[MASK]", "##", "A", "B", "WordPiece", "WordLevel",
             "BPE", "Lowercase", "Whitespace", "Sequence", "TemplateProcessing", "BertProcessing", "1.0", [], {}, ["[SEP]", 3],
             [{"Sequence": {"id": "A", "type_id": 0}}], {"type": "Lowercase"}, {"type": "BertPreTokenizer"}, "Left", "BatchLongest"]


def altered(value, rng):
    """Another value, often of the same type."""
    if rng.random() < 0.8:
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return rng.choice([0, value + 1, max(value - 1, 0), 7, 100])
        if isinstance(value, list) and value:
            return rng.choice([value + [copy.deepcopy(rng.choice(value))], value[::-1], value[1:]])
        if isinstance(value, dict) and value:
            return value | {rng.choice(["extra", "type", "merges", "single", "id"]): copy.deepcopy(rng.choice(SOMETHING))}
        if isinstance(value, str):
            return rng.choice([value.upper(), value + "x", value[1:], "the", " "])
    return copy.deepcopy(rng.choice(SOMETHING))


def mutate(content, rng):
    """One to three fields dropped, nulled or altered; what was done, in words."""
    done = []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        if not content:
            break
        section = rng.choice(sorted(content))
        place = rng.choice([place for place in places(content) if place[0] == section])
        parent = content
        for key in place[:-1]:
            parent = parent[key]
        action = rng.choice(["drop", "null", *["alter"] * 4])
        if action == "drop":
            del parent[place[-1]]
        else:
            parent[place[-1]] = None if action == "null" else altered(parent[place[-1]], rng)
        done.append(f"{action} {'.'.join(map(str, place))}" + (f" to {parent[place[-1]]!r:.60}" if action == "alter" else ""))
    return ", ".join(done)


class Mutations(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def reference_ids(self, content, texts):
        """The ids of each text, None for one that the reference cannot encode; None if it cannot load the file."""
        try:
            pair = Pair(self.folder, Tokenizer.from_str(content))
        except Exception:  # noqa: BLE001: whatever it says
            return None
        return [self.ids_or_none(pair, text) for text in texts]

    def ids_or_none(self, pair, text):
        try:
            return next(pair.expected([text]))
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001: a panic in Rust is no Exception
            return None

    def verdict(self, content, texts):
        """(the variant's kind, or None and why it is none of the three)."""
        text = json.dumps(content)
        (self.folder / "tokenizer.json").write_text(text, encoding="utf-8")
        expected = self.reference_ids(text, texts)
        try:
            found = list(found_ids(self.folder, texts))
        except AssertionError as error:
            message = str(error)
            place = re.match(r".*/tokenizer\.json: (.+?): found ", message.strip().splitlines()[0])
            if place is None:
                return None, f"names no field: {message}"
            if expected is None:
                return "refused by both", place[1]
            if any(re.fullmatch(pattern, place[1]) for pattern in DELIBERATE):
                return "refused here", place[1]
            return None, f"refused here alone: {message}"
        if expected is None:
            return None, "read here, refused by the reference"
        others = [each for each in zip(texts, expected, found) if each[1] not in (None, each[2])]
        if others:
            return None, f"other ids: {others[0]}"
        return ("same ids" if None not in expected else "the reference fails at a text"), ""

    def test_variants_are_read_alike_or_refused_by_name(self):
        rng = random.Random(int(os.environ.get("SEED", "1")))
        kinds, here = collections.Counter(), collections.Counter()
        for number in range(int(os.environ.get("MUTATIONS", "300"))):
            content = copy.deepcopy(rng.choice(bases()))
            done = mutate(content, rng)
            texts = [" ".join(rng.choices(WORDS, k=rng.randint(1, 9))) for _ in range(TEXTS - 1)] + [""]
            kind, why = self.verdict(content, texts)
            self.assertIsNotNone(kind, f"variant {number}, {done}: {why}\n{json.dumps(content)}")
            kinds[kind] += 1
            here[re.sub(r"\d+", "N", why)] += kind == "refused here"
        print(dict(kinds), dict(here), file=sys.stderr)
        self.assertLess(kinds["the reference fails at a text"], 0.02 * sum(kinds.values()))
        self.assertTrue(all(kinds[kind] for kind in ("same ids", "refused by both", "refused here")))

    def test_the_files_themselves_are_read(self):
        for content in bases():
            self.assertEqual(self.verdict(content, WORDS), ("same ids", ""))

    def test_every_deliberate_refusal_is_in_the_documents(self):
        page = (SOURCE / "docs/tokenizer.md").read_text(encoding="utf-8")
        for field in ("normalizer", "pre_tokenizer", "post_processor", "decoder", "model.type", "model.merges", "model.vocab",
                      "model.unk_token", "model.max_input_chars_per_word", "model.continuing_subword_prefix", "added_tokens",
                      "truncation", "padding"):
            self.assertRegex(page, rf"`{re.escape(field)}`")


if __name__ == "__main__":
    unittest.main()
