"""Every id is the reference's: characters, documents, random strings, several vocabularies."""

import pathlib
import random
import tempfile
import unicodedata
import unittest

from hard_texts import (
    SCALARS,
    Texts,
    all_characters_vocabulary,
    cased_vocabulary,
    chinese_vocabulary,
    corpus_texts,
    mark_vocabulary,
    random_pair,
    real_vocabulary,
)
from reference import MODEL, Pair, Tokenizer, write_tokenizer_json, write_vocab_txt

SEED = 20231101
RANDOM_STRINGS = 2_000
CHARACTERS_A_TEXT = 128  # one call per scalar value would be a million calls


def characters_in_texts(characters):
    """Texts with each character alone and between letters; marks also where they change places."""
    is_mark = lambda char: unicodedata.category(char)[0] == "M" or unicodedata.combining(char)
    forms = [
        f"{char} a{char}a" + (f" \U0001d16d{char}\U0001d165" if is_mark(char) else "")
        for char in characters
    ]
    return [
        " ".join(forms[start : start + CHARACTERS_A_TEXT])
        for start in range(0, len(forms), CHARACTERS_A_TEXT)
    ]


class AgainstReference(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.documents = corpus_texts()
        cls.strings = Texts(SEED, snippets=cls.documents).many(RANDOM_STRINGS)
        cls.uncased = Pair(MODEL, Tokenizer.from_file(str(MODEL / "tokenizer.json")))
        cls.cased_entries = cased_vocabulary(cls.documents)
        cls.cased = write_vocab_txt(cls.path("cased"), cls.cased_entries, {"do_lower_case": False})

    @classmethod
    def path(cls, name):
        return pathlib.Path(cls.folder.name) / name

    def check(self, pair, texts):
        differences = pair.differences(texts)
        shown = "\n".join(
            f"{text[:300]!r}\n  expected {expected[:40]}\n  found    {found[:40]}"
            for text, expected, found in differences[:3]
        )
        self.assertEqual(
            len(differences), 0, f"{pair.folder}: differences in {len(differences)} texts\n{shown}"
        )

    def test_every_document_of_the_corpus_uncased(self):
        self.check(self.uncased, self.documents)

    def test_every_document_of_the_corpus_cased(self):
        self.check(self.cased, self.documents)

    def test_every_scalar_value_uncased_and_cased(self):
        vocabulary, texts = all_characters_vocabulary(), characters_in_texts(SCALARS)
        for lowercase in (True, False):
            self.check(
                write_tokenizer_json(self.path("all"), vocabulary, {"lowercase": lowercase}), texts
            )

    def test_every_assigned_character_with_every_option(self):
        vocabulary = all_characters_vocabulary()
        texts = characters_in_texts(
            [char for char in SCALARS if unicodedata.category(char) not in ("Cn", "Co", "Lo")]
        )
        for options in (
            {"strip_accents": False},
            {"strip_accents": True, "lowercase": False},
            {"handle_chinese_chars": False},
            {"clean_text": False},
        ):
            self.check(write_tokenizer_json(self.path("options"), vocabulary, options), texts)

    def test_every_scalar_value_beside_added_tokens_with_flags(self):
        tokens = [
            {"content": "\u2603", "single_word": True},
            {"content": "\u2604", "lstrip": True, "rstrip": True},
        ]
        pair = write_tokenizer_json(self.path("flags"), ["[UNK]", "a", "##a"], added_tokens=tokens)
        texts = [
            " ".join(
                f"\u2603{char}a a{char}\u2603 a\u2604{char}a a{char}\u2604a"
                for char in SCALARS[start : start + 64]
            )
            for start in range(0, len(SCALARS), 64)
            if any(
                unicodedata.category(char) not in ("Cn", "Co", "Lo")
                for char in SCALARS[start : start + 64]
            )
        ]
        self.check(pair, texts)

    def test_random_strings_real_uncased(self):
        self.check(self.uncased, self.strings)

    def test_random_strings_real_cased(self):
        self.check(
            write_vocab_txt(self.path("recased"), real_vocabulary(), {"do_lower_case": False}),
            self.strings,
        )

    def test_random_strings_derived_cased(self):
        self.check(self.cased, self.strings)

    def test_random_strings_cased_without_accents(self):
        config = {"do_lower_case": False, "strip_accents": True, "tokenize_chinese_chars": False}
        self.check(write_vocab_txt(self.path("stripped"), self.cased_entries, config), self.strings)

    def test_random_strings_chinese(self):
        self.check(write_vocab_txt(self.path("chinese"), chinese_vocabulary()), self.strings)

    def test_random_strings_all_characters(self):
        self.check(
            write_tokenizer_json(self.path("all"), all_characters_vocabulary()), self.strings
        )

    def test_random_strings_tiny_odd_vocabulary(self):
        vocabulary = [
            "<unk>",
            "",
            "@",
            "@a",
            "a",
            "ab",
            "@bc",
            ".",
            "@.",
            "\u4e2d",
            "@\u4e2d",
            "th",
            "@e",
            "\u0301",
            "A",
        ]
        tokens = [
            {"content": "[MASK]", "special": True},
            {"content": "[MASK]x"},
            {"content": "Th", "normalized": True},
            {"content": "new token", "normalized": True, "lstrip": True},
            {"content": "ab", "single_word": True},
            {"content": "\u4e2d", "normalized": True, "rstrip": True},
        ]
        pair = write_tokenizer_json(
            self.path("odd"),
            vocabulary,
            {"strip_accents": False},
            {"unk_token": "<unk>", "continuing_subword_prefix": "@", "max_input_chars_per_word": 7},
            tokens,
        )
        self.check(
            pair, Texts(SEED, literals=["Th", "new token", "ab", "[MASK]x"]).many(RANDOM_STRINGS)
        )

    def test_random_strings_marks_that_change_places(self):
        pair = write_tokenizer_json(self.path("marks"), mark_vocabulary())
        self.check(pair, Texts(SEED).many(RANDOM_STRINGS))

    def test_random_strings_random_vocabularies_and_added_tokens(self):
        for seed in range(20):
            pair, literals = random_pair(self.path("random"), random.Random(seed))
            self.check(pair, Texts(seed, literals=literals).many(100))

    def test_words_at_the_length_limit(self):
        for char in "aZ\u00e9\u0130\u1e9e\uac01\u0958\u0903\U00010400":
            self.check(
                self.uncased,
                [
                    char * size + end
                    for size in (49, 50, 51, 99, 100, 101)
                    for end in ("", ".", " a", "\u0301")
                ],
            )

    def test_awkward_pieces_in_every_order(self):
        awkward = [*Texts.AWKWARD, *Texts.LITERALS, "a", "", " "]
        self.check(self.uncased, [first + second for first in awkward for second in awkward])


if __name__ == "__main__":
    unittest.main()
