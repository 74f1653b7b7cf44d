"""Vocabularies and texts that try a tokenizer hard."""

import functools
import random
import unicodedata

import pyarrow.parquet
from tokenizers import normalizers

from reference import MODEL, SOURCE, write_tokenizer_json

CORPUS = SOURCE / "data/wikipedia-sample.parquet"
SCALARS = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]


def corpus_texts():
    return pyarrow.parquet.read_table(CORPUS, columns=["text"])["text"].to_pylist()


def real_vocabulary():
    return (MODEL / "vocab.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")


def cased_vocabulary(texts, size=8000):
    """Special tokens, characters, and the most frequent words and word ends of cased text."""
    counts = {}
    for word in " ".join(texts).split():
        for piece in (word, "##" + word[-3:], "##" + word[1:4], word[:2]):
            counts[piece] = counts.get(piece, 0) + 1
    frequent = sorted(counts, key=lambda piece: (-counts[piece], piece))[:size]
    characters = sorted(char for char in set("".join(texts)) if not char.isspace())
    return unique(
        [
            "[PAD]",
            "[UNK]",
            "[CLS]",
            "[SEP]",
            "[MASK]",
            *frequent,
            *characters,
            *("##" + c for c in characters),
        ]
    )


def chinese_vocabulary():
    """Like bert-base-chinese: single characters, and two entries with white space at their end."""
    characters = [
        *map(chr, range(0x4E00, 0x9FA6, 3)),
        *map(chr, range(0x3040, 0x3100)),
        *map(chr, range(0x21, 0x7F)),
        *map(chr, range(0xF900, 0xFA00)),
        *map(chr, range(0x20000, 0x20100)),
    ]
    return unique(
        [
            "[PAD]",
            "[UNK]",
            "[CLS]",
            "[SEP]",
            "[MASK]",
            *characters,
            *("##" + c for c in characters),
            "the",
            "##ing",
            "\u2028",
            "##\u2028",
        ]
    )


@functools.cache
def all_characters_vocabulary():
    """Each assigned character alone and as a continuation: shows every step of the normalizer."""
    assigned = [
        char
        for char in SCALARS
        if unicodedata.category(char) not in ("Cn", "Co") and not char.isspace()
    ]
    return unique(["[UNK]", *assigned, *("##" + char for char in assigned)])


@functools.cache
def mark_characters():
    return [
        char
        for char in SCALARS
        if unicodedata.combining(char) or unicodedata.category(char)[0] == "M"
    ]


def mark_vocabulary():
    """Marks, parts of Hangul syllables, a few letters, alone and as continuations: shows order."""
    characters = [*mark_characters(), *map(chr, range(0x1100, 0x1200)), *"abAB.\u00e9\u4e2d"]
    return unique(["[UNK]", "[MASK]", *characters, *("##" + char for char in characters)])


def unique(entries):
    return list(dict.fromkeys(entries))


class Texts:
    """Random strings with a seed: characters of all Unicode blocks among all that is awkward."""

    AWKWARD = (
        "\0",
        "\ufffd",
        "\ufffe",
        "\uffff",
        "\U0001ffff",
        "\U0010ffff",
        "\ufeff",
        "\u00ad",
        "\u200d",
        "\u0085",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x7f",
        "\u00a0",
        "\u2028",
        "\u3000",
        "\u0301",
        "\u0327",
        "\u0345",
        "\u034f",
        "\u302e",
        "\u20dd",
        "\U0001d165",
        "\U0001d16d",
        "\U0001e944",
        "\u0f71\u0f73",
        "\u1e9e",
        "\u0130",
        "\u03a3",
        "\u212a",
        "\u1f00",
        "\u037e",
        "\u226e",
        "\uac01",
        "\ud7a3",
        "\u1100\u1161\u11a8",
        "\uf900",
        "\U0002f800",
        "\U0002b81f",
        "\U0002b820",
        "\u2e43",
        "\u4e2d",
        "\u0958",
        "\u0390",
        "\ufb2c",
    )
    LITERALS = (
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "[PAD]",
        "[UNK]",
        "[mask]",
        "[MASK",
        "MASK]",
        "[[MASK]]",
        "[CLS][SEP]",
        "[UN",
        "K]",
        "[unused0]",
        "##ing",
        "##",
    )
    SPACES = (" ", " ", " ", "  ", "\n", "\t", "\r\n", "")

    def __init__(self, seed, literals=(), snippets=()):
        self.random = random.Random(seed)
        self.literals = [*self.LITERALS, *literals]
        self.snippets = snippets
        windows = [range(start, start + 128) for start in range(0, 0x110000, 128)]
        named = lambda window: any(
            unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs") for code in window
        )
        self.blocks = [window for window in windows if named(window)]
        self.marks = mark_characters()
        strip = normalizers.BertNormalizer(False, False, True, False).normalize_str
        self.kept_marks = [
            char for char in self.marks if unicodedata.combining(char) and strip(char)
        ]

    def piece(self):
        random = self.random
        kind = random.randrange(15)
        if kind <= 2:
            block = random.choice(self.blocks)
            codes = (random.choice(block) for _ in range(random.randint(1, 6)))
            return "".join(chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF)
        if kind == 3:
            return random.choice(self.AWKWARD)
        if kind == 4:
            literal = random.choice(self.literals)
            cut = random.randint(0, len(literal))
            return random.choice(
                (literal, literal, literal[:cut], literal[cut:], literal.swapcase())
            )
        if kind == 5:
            return "".join(random.choices(self.marks, k=random.randint(1, 5)))
        if kind == 12:  # marks that stay when accents are stripped, and may be reordered
            pools = (self.kept_marks, self.kept_marks, self.marks, "\u034f\u034f\0a")
            return "".join(random.choice(random.choice(pools)) for _ in range(5))
        if kind == 14 and self.snippets:
            return self.mutated()
        if kind == 13:  # added tokens with white space between them, for lstrip and rstrip
            spaces = "".join(random.choices(" \t\n\u3000\x0b", k=random.randint(0, 3)))
            return spaces + random.choice(self.literals) + spaces + random.choice(self.literals)
        if kind == 6:
            return "".join(random.choices("abcdefgABCDEFGtheing0123456789", k=random.randint(1, 9)))
        if kind == 7:
            return "".join(
                random.choices("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", k=random.randint(1, 3))
            )
        if kind == 8 and random.random() < 0.2:
            return random.choice("aZ\u00e9\u4e2d\u0301\u0903") * random.randint(98, 103)
        if kind == 9:
            return random.choice(SCALARS)
        if kind == 10 and self.snippets:
            text = random.choice(self.snippets)
            start = random.randrange(len(text) + 1)
            return text[start : start + random.randint(1, 30)]
        return random.choice(
            ("the", "ing", "Tokens", "na\u00efve", "CAF\u00c9", "\u0130stanbul", "\u1e9e\u00df")
        )

    def mutated(self):
        """Real text, seldom long enough for several of the pieces that chunks are counted in."""
        random = self.random
        text = random.choice(self.snippets)
        start = random.randrange(len(text) + 1)
        chars = list(text[start : start + random.choice((20, 60, 60, 200, 200, 200, 5000))])
        for _ in range(random.randint(1, 4)):
            begin = random.randint(0, len(chars))
            new = random.choice((random.choice(SCALARS), random.choice(self.AWKWARD), "", "", "[MASK]"))
            chars[begin : begin + random.randint(0, 2)] = new
        return "".join(chars)

    def text(self):
        return "".join(
            self.piece() + self.random.choice(self.SPACES) for _ in range(self.random.randint(1, 8))
        )

    def many(self, count):
        return [self.text() for _ in range(count)]


def random_pair(folder, random):
    """A pair with a random vocabulary, random options and random added tokens."""
    letters = "".join(
        random.sample(
            "abcdefghtheingz0189ABCDE\u00e9\u00c9\u00df\u4e2d\u0430\u0410\u0130\u03c3\u0301", 12
        )
    )
    prefix = random.choice(("##", "##", "@", "", "a", "\u00e9#"))
    unknown = random.choice(("[UNK]", "<unk>", "a"))
    entries = [
        "".join(random.choices(letters, k=random.randint(1, 4)))
        for _ in range(random.randint(5, 200))
    ]
    vocabulary = unique(
        [
            unknown,
            "[MASK]",
            *random.sample(letters, 8),
            *(prefix + char for char in letters),
            *entries,
            *(prefix + entry for entry in entries),
            *random.sample("!#[],.-", 4),
        ]
    )
    vocabulary = [entry for entry in vocabulary if entry or random.random() < 0.5]
    if random.random() < 0.25:
        prefix, unknown, vocabulary = "##", "[UNK]", mark_vocabulary()
    normalizer = {
        "clean_text": random.random() < 0.8,
        "handle_chinese_chars": random.random() < 0.7,
        "strip_accents": random.choice((None, True, False)),
        "lowercase": random.random() < 0.6,
    }
    model = {
        "unk_token": unknown,
        "continuing_subword_prefix": prefix,
        "max_input_chars_per_word": random.choice((100, 100, 5, 1)),
    }
    contents = random.sample(
        (
            "[MASK]",
            "[MASK]x",
            "MASK]",
            "Q",
            "Qx",
            "new york",
            "\u00c9t",
            "a b",
            "x\u4e2d",
            "\u4e2d",
            "-",
            "t\u0301",
            "[M]",
            "the",
            "\u0410",
            "xyz ",
            " zyx",
            "\u00df",
            "ab",
            "abc",
            "b",
            " b",
            "\tQ",
            "\u3000a",
            "b ",
        ),
        random.randint(0, 12),
    )
    added = [
        {
            "content": content,
            "normalized": random.random() < 0.5,
            "single_word": random.random() < 0.3,
            "special": random.random() < 0.5,
            "lstrip": random.random() < 0.4 and not content[0].isspace(),
            "rstrip": random.random() < 0.4 and not content[-1].isspace(),
        }
        for content in contents
    ]
    return write_tokenizer_json(folder, vocabulary, normalizer, model, added), contents
