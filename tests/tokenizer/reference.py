"""The reference tokenizer (the pinned `tokenizers` package) beside ours."""

import json
import os
import pathlib
import struct
import subprocess

import numpy
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

SOURCE = pathlib.Path(
    os.environ.get("ZIPFLENS_SOURCE", pathlib.Path(__file__).resolve().parents[2])
)
BUILD = pathlib.Path(os.environ.get("ZIPFLENS_BUILD", SOURCE / "build"))
MODEL = SOURCE / "data/all-minilm-l6-v2"
BATCH = 20_000  # documents per call of the reference, because its results are large


def found_ids(folder, texts):
    """The ids that encode_documents gives for each text; AssertionError with its message where it fails."""
    encoded = [text.encode("utf-8") for text in texts]
    documents = b"".join(struct.pack("<I", len(text)) + text for text in encoded)
    result = subprocess.run(
        [BUILD / "encode_documents", folder],
        input=documents,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if result.returncode:
        raise AssertionError(f"encode_documents {folder}: {result.stderr.decode()}")
    words, position = numpy.frombuffer(result.stdout, dtype="<i4"), 0
    for _ in texts:
        size = int(words[position])
        yield words[position + 1 : position + 1 + size].tolist()
        position += 1 + size


class Pair:
    """A model folder, read by the reference and by encode_documents."""

    def __init__(self, folder, reference):
        self.folder, self.reference = pathlib.Path(folder), reference
        reference.no_truncation()
        reference.no_padding()

    def expected(self, texts):
        for start in range(0, len(texts), BATCH):
            for encoding in self.reference.encode_batch(
                texts[start : start + BATCH], add_special_tokens=False
            ):
                yield encoding.ids

    def found(self, texts):
        return found_ids(self.folder, texts)

    def differences(self, texts):
        """(text, expected ids, found ids) of each text where the two differ."""
        return [
            (text, expected, found)
            for text, expected, found in zip(
                texts, self.expected(texts), self.found(texts), strict=True
            )
            if expected != found
        ]


def write_tokenizer_json(folder, vocabulary, normalizer=None, model=None, added_tokens=()):
    """A folder with a tokenizer.json: entries in id order, options over the defaults; the pair."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    ids = {entry: id for id, entry in enumerate(vocabulary)}
    tokens, size = [], len(vocabulary)
    for token in added_tokens:
        flags = (
            dict(special=False, single_word=False, lstrip=False, rstrip=False, normalized=False)
            | token
        )
        flags["id"] = ids.setdefault(token["content"], len(ids))
        tokens.append(flags)
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": tokens,
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        }
        | (normalizer or {}),
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
        }
        | (model or {})
        | {"vocab": {entry: id for entry, id in ids.items() if id < size}},
    }
    path = folder / "tokenizer.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return Pair(folder, Tokenizer.from_file(str(path)))


def write_vocab_txt(folder, vocabulary, config=None):
    """A folder with vocab.txt and its configuration; the reference as transformers builds it."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_bytes(
        "".join(entry + "\n" for entry in vocabulary).encode("utf-8")
    )
    config = config or {}
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    unknown = config.get("unk_token", "[UNK]")
    reference = Tokenizer(models.WordPiece.from_file(str(folder / "vocab.txt"), unk_token=unknown))
    reference.normalizer = normalizers.BertNormalizer(
        clean_text=True,
        handle_chinese_chars=config.get("tokenize_chinese_chars", True),
        strip_accents=config.get("strip_accents"),
        lowercase=config.get("do_lower_case", True),
    )
    reference.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    defaults = {
        "unk_token": unknown,
        "sep_token": "[SEP]",
        "pad_token": "[PAD]",
        "cls_token": "[CLS]",
        "mask_token": "[MASK]",
    }
    reference.add_tokens(
        [AddedToken(config.get(name, default), special=True) for name, default in defaults.items()]
    )
    return Pair(folder, reference)
