"""The reference tokenizer (the pinned `tokenizers` package) beside ours, and texts that try both."""

import functools
import json
import os
import pathlib
import random
import struct
import subprocess
import unicodedata

import numpy
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

SOURCE = pathlib.Path(os.environ.get("ZIPFLENS_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("ZIPFLENS_BUILD", SOURCE / "build"))
MODEL = SOURCE / "data/all-minilm-l6-v2"
CORPUS = SOURCE / "data/wikipedia-sample.parquet"
SCALARS = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
BATCH = 20_000  # documents handed to the reference at once: its results are large


class Pair:
    """A model folder, read by the reference and by encode_documents."""

    def __init__(self, folder, reference):
        self.folder, self.reference = pathlib.Path(folder), reference
        reference.no_truncation()
        reference.no_padding()

    def expected(self, texts):
        for start in range(0, len(texts), BATCH):
            for encoding in self.reference.encode_batch(texts[start:start + BATCH], add_special_tokens=False):
                yield encoding.ids

    def found(self, texts):
        encoded = [text.encode("utf-8") for text in texts]
        documents = b"".join(struct.pack("<I", len(text)) + text for text in encoded)
        result = subprocess.run([BUILD / "encode_documents", self.folder], input=documents, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)
        if result.returncode:
            raise AssertionError(f"encode_documents {self.folder}: {result.stderr.decode()}")
        words, position = numpy.frombuffer(result.stdout, dtype="<i4"), 0
        for _ in texts:
            size = int(words[position])
            yield words[position + 1:position + 1 + size].tolist()
            position += 1 + size

    def differences(self, texts):
        """(text, expected ids, found ids) of each text where the two differ."""
        return [(text, expected, found) for text, expected, found in
                zip(texts, self.expected(texts), self.found(texts), strict=True) if expected != found]


def write_tokenizer_json(folder, vocabulary, normalizer=None, model=None, added_tokens=()):
    """A folder with a tokenizer.json: vocabulary in id order, options over the defaults; the pair."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    ids = {entry: id for id, entry in enumerate(vocabulary)}
    tokens, size = [], len(vocabulary)
    for token in added_tokens:
        flags = dict(special=False, single_word=False, lstrip=False, rstrip=False, normalized=False) | token
        flags["id"] = ids.setdefault(token["content"], len(ids))
        tokens.append(flags)
    content = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True} | (normalizer or {}),
        "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100} | (model or {}) |
                 {"vocab": {entry: id for entry, id in ids.items() if id < size}}}
    path = folder / "tokenizer.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return Pair(folder, Tokenizer.from_file(str(path)))


def write_vocab_txt(folder, vocabulary, config=None):
    """A folder with vocab.txt and tokenizer_config.json, and the reference as transformers builds it from them."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_bytes("".join(entry + "\n" for entry in vocabulary).encode("utf-8"))
    config = config or {}
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    unknown = config.get("unk_token", "[UNK]")
    reference = Tokenizer(models.WordPiece.from_file(str(folder / "vocab.txt"), unk_token=unknown))
    reference.normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=config.get("tokenize_chinese_chars", True),
        strip_accents=config.get("strip_accents"), lowercase=config.get("do_lower_case", True))
    reference.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    defaults = {"unk_token": unknown, "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
                "mask_token": "[MASK]"}
    reference.add_tokens([AddedToken(config.get(name, default), special=True) for name, default in defaults.items()])
    return Pair(folder, reference)


def corpus_texts():
    import pyarrow.parquet
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
    return unique(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *frequent, *characters, *("##" + c for c in characters)])


def chinese_vocabulary():
    """Like bert-base-chinese: characters one by one, and two entries that white space at their end makes odd."""
    characters = [*map(chr, range(0x4E00, 0x9FA6, 3)), *map(chr, range(0x3040, 0x3100)), *map(chr, range(0x21, 0x7F)),
                  *map(chr, range(0xF900, 0xFA00)), *map(chr, range(0x20000, 0x20100))]
    return unique(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters, *("##" + c for c in characters),
                   "the", "##ing", "\u2028", "##\u2028"])


@functools.cache
def all_characters_vocabulary():
    """Each assigned character alone and as a continuation: makes every step of the normalizer visible."""
    assigned = [char for char in SCALARS if unicodedata.category(char) not in ("Cn", "Co") and not char.isspace()]
    return unique(["[UNK]", *assigned, *("##" + char for char in assigned)])


def unique(entries):
    return list(dict.fromkeys(entries))


class Texts:
    """Random strings with a seed: characters of all Unicode blocks among everything that is awkward."""

    AWKWARD = ("\0", "\ufffd", "\ufffe", "\uffff", "\U0001ffff", "\U0010ffff", "\ufeff", "\u00ad", "\u200d", "\u0085",
               "\x0b", "\x0c", "\x1c", "\x7f", "\u00a0", "\u2028", "\u3000", "\u0301", "\u0327", "\u0345", "\u034f",
               "\u302e", "\u20dd", "\U0001d165", "\U0001d16d", "\U0001e944", "\u0f71\u0f73", "\u1e9e", "\u0130",
               "\u03a3", "\u212a", "\u1f00", "\u037e", "\u226e", "\uac01", "\ud7a3", "\u1100\u1161\u11a8", "\uf900",
               "\U0002f800", "\U0002b81f", "\U0002b820", "\u2e43", "\u4e2d", "\u0958", "\u0390", "\ufb2c")
    LITERALS = ("[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "[mask]", "[MASK", "MASK]", "[[MASK]]", "[CLS][SEP]",
                "[UN", "K]", "[unused0]", "##ing", "##")
    SPACES = (" ", " ", " ", "  ", "\n", "\t", "\r\n", "")

    def __init__(self, seed, literals=(), snippets=()):
        self.random = random.Random(seed)
        self.literals = [*self.LITERALS, *literals]
        self.snippets = snippets
        windows = [range(start, start + 128) for start in range(0, 0x110000, 128)]
        named = lambda window: any(unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs") for code in window)
        self.blocks = [window for window in windows if named(window)]
        self.marks = [char for char in SCALARS if unicodedata.combining(char) or unicodedata.category(char)[0] == "M"]

    def piece(self):
        random = self.random
        kind = random.randrange(12)
        if kind <= 2:
            block = random.choice(self.blocks)
            codes = (random.choice(block) for _ in range(random.randint(1, 6)))
            return "".join(chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF)
        if kind == 3:
            return random.choice(self.AWKWARD)
        if kind == 4:
            literal = random.choice(self.literals)
            cut = random.randint(0, len(literal))
            return random.choice((literal, literal, literal[:cut], literal[cut:], literal.swapcase()))
        if kind == 5:
            return "".join(random.choices(self.marks, k=random.randint(1, 5)))
        if kind == 6:
            return "".join(random.choices("abcdefgABCDEFGtheing0123456789", k=random.randint(1, 9)))
        if kind == 7:
            return "".join(random.choices("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", k=random.randint(1, 3)))
        if kind == 8 and random.random() < 0.2:
            return random.choice("aZ\u00e9\u4e2d\u0301\u0903") * random.randint(98, 103)
        if kind == 9:
            return chr(random.choice([code for code in (random.randrange(0x110000),) if not 0xD800 <= code <= 0xDFFF] or [32]))
        if kind == 10 and self.snippets:
            text = random.choice(self.snippets)
            start = random.randrange(len(text) + 1)
            return text[start:start + random.randint(1, 30)]
        return random.choice(("the", "ing", "Tokens", "na\u00efve", "CAF\u00c9", "\u0130stanbul", "\u1e9e\u00df"))

    def text(self):
        return "".join(self.piece() + self.random.choice(self.SPACES) for _ in range(self.random.randint(1, 8)))

    def many(self, count):
        return [self.text() for _ in range(count)]


def random_pair(folder, random):
    """A pair with a random vocabulary, random options and random added tokens."""
    letters = "".join(random.sample("abcdefghtheingz0189ABCDE\u00e9\u00c9\u00df\u4e2d\u0430\u0410\u0130\u03c3\u0301", 12))
    prefix = random.choice(("##", "##", "@", "", "a", "\u00e9#"))
    unknown = random.choice(("[UNK]", "<unk>", "a"))
    entries = ["".join(random.choices(letters, k=random.randint(1, 4))) for _ in range(random.randint(5, 200))]
    vocabulary = unique([unknown, "[MASK]", *random.sample(letters, 8), *(prefix + char for char in letters), *entries,
                         *(prefix + entry for entry in entries), *random.sample("!#[],.-", 4)])
    vocabulary = [entry for entry in vocabulary if entry or random.random() < 0.5]
    normalizer = {"clean_text": random.random() < 0.8, "handle_chinese_chars": random.random() < 0.7,
                  "strip_accents": random.choice((None, True, False)), "lowercase": random.random() < 0.6}
    model = {"unk_token": unknown, "continuing_subword_prefix": prefix,
             "max_input_chars_per_word": random.choice((100, 100, 5, 1))}
    contents = random.sample(("[MASK]", "[MASK]x", "MASK]", "Q", "Qx", "new york", "\u00c9t", "a b", "x\u4e2d", "\u4e2d", "-",
                              "t\u0301", "[M]", "the", "\u0410", "xyz ", " zyx", "\u00df", "ab", "abc", "b"), random.randint(0, 8))
    added = [{"content": content, "normalized": random.random() < 0.5, "single_word": random.random() < 0.3,
              "special": random.random() < 0.5, "lstrip": random.random() < 0.3 and content[0] != " ",
              "rstrip": random.random() < 0.3 and content[-1] != " "} for content in contents]
    return write_tokenizer_json(folder, vocabulary, normalizer, model, added), contents
