"""Writes zipflens/tokenizer/unicode_tables_data.cc: Unicode as the reference tokenizer knows it.

The tables are read off the pinned Hugging Face `tokenizers` package, one Unicode scalar value at a
time, so that they change neither with the machine nor with a library's Unicode version.

    .venv/bin/python tools/make_unicode_tables.py            writes the committed file
    .venv/bin/python tools/make_unicode_tables.py --check    compares; exit code 1 at a difference
"""

import argparse
import functools
import pathlib
import sys

from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

OUTPUT = pathlib.Path(__file__).resolve().parents[1] / "zipflens/tokenizer/unicode_tables_data.cc"
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
HANGUL = range(0xAC00, 0xD7A4)  # decomposed by arithmetic, not by table

# Bits of a character's property byte; zipflens/tokenizer/unicode_tables.h names the same ones.
DELETED, WHITE_SPACE, CJK, DROPPED_MARK, PUNCTUATION, WORD, MAPPED, REORDERED = (
    1 << bit for bit in range(8)
)


def bert_normalizer(**on):
    options = dict(
        clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False
    )
    return normalizers.BertNormalizer(**{**options, **on}).normalize_str


def require(condition, message, code_point):
    if not condition:
        raise SystemExit(f"the reference has changed its ways: {message} (U+{code_point:04X})")


def normalizer_properties(properties, decompositions, lower):
    """Deleted, CJK, dropped marks; fills the two mappings."""
    clean, cjk = bert_normalizer(clean_text=True), bert_normalizer(handle_chinese_chars=True)
    strip, lowercase, nfd = (
        bert_normalizer(strip_accents=True),
        bert_normalizer(lowercase=True),
        normalizers.NFD(),
    )
    spaces = set()
    for code in SCALARS:
        char = chr(code)
        cleaned = clean(char)
        require(cleaned in ("", " ", char), "cleaning gives something else", code)
        if cleaned == "":
            properties[code] |= DELETED
        elif cleaned == " ":
            spaces.add(code)
        if cjk(char) == f" {char} ":
            properties[code] |= CJK
        decomposed = nfd.normalize_str(char)
        if decomposed != char:
            decompositions[code] = decomposed
        elif strip(char) == "":
            properties[code] |= DROPPED_MARK
        if lowercase(char) != char:
            lower[code] = lowercase(char)
    for code in SCALARS:
        parts = decompositions.get(code, chr(code))
        kept = "".join(part for part in parts if not properties[ord(part)] & DROPPED_MARK)
        require(
            strip(chr(code)) == kept, "stripping accents is not NFD without the dropped marks", code
        )
    return spaces


def pre_tokenizer_properties(properties, spaces):
    """White space and punctuation."""
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    for code in SCALARS:
        pieces = [piece for piece, _ in split(f"a{chr(code)}a")]
        if pieces == ["a", "a"]:
            properties[code] |= WHITE_SPACE
        elif pieces == ["a", chr(code), "a"]:
            properties[code] |= PUNCTUATION
        else:
            require(pieces == [f"a{chr(code)}a"], "the pre-tokenizer does something else", code)
        is_space = properties[code] & WHITE_SPACE and not properties[code] & DELETED
        require(
            bool(is_space) == (code in spaces),
            "cleaning and splitting disagree on white space",
            code,
        )


def added_token_properties(properties):
    """Word characters, as `single_word` sees them; `rstrip` must see the pre-tokenizer's space."""
    tokenizer = Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_tokens(
        [
            AddedToken("\ue000", single_word=True, normalized=False),
            AddedToken("\ue001", rstrip=True, normalized=False),
        ]
    )
    word_id = tokenizer.token_to_id("\ue000")
    codes = [code for code in SCALARS if code not in (0xE000, 0xE001)]
    for start in range(0, len(codes), 50_000):
        batch = codes[start : start + 50_000]
        after = tokenizer.encode_batch(
            [f"\ue000{chr(code)}" for code in batch], add_special_tokens=False
        )
        before = tokenizer.encode_batch(
            [f"{chr(code)}\ue000" for code in batch], add_special_tokens=False
        )
        stripped = tokenizer.encode_batch(
            [f"\ue001{chr(code)}" for code in batch], add_special_tokens=False
        )
        for code, right, left, strip in zip(batch, after, before, stripped):
            require(
                (word_id in right.ids) == (word_id in left.ids), "single_word differs by side", code
            )
            if word_id not in right.ids:
                properties[code] |= WORD
            require(
                (strip.offsets[0] == (0, 2)) == bool(properties[code] & WHITE_SPACE),
                "rstrip and the pre-tokenizer disagree on white space",
                code,
            )


def combining_ranks(properties, decompositions):
    """Rank of each character's canonical combining class; only the order matters."""
    nfd = normalizers.NFD().normalize_str
    above = lambda left, right: nfd(left + right) == right + left  # class(left) > class(right) > 0
    marks = [
        chr(code)
        for code in SCALARS
        if code not in decompositions and (above(chr(code), "\u0334") or above("\u0345", chr(code)))
    ]
    order = functools.cmp_to_key(lambda left, right: above(left, right) - above(right, left))
    marks.sort(key=order)
    ranks, rank = {}, 0
    for index, mark in enumerate(marks):
        rank += index == 0 or above(mark, marks[index - 1])
        ranks[ord(mark)] = rank
        properties[ord(mark)] |= REORDERED
    return ranks


def two_stage(properties):
    """The smallest split of the properties into equal blocks, each once: (shift, index, blocks)."""
    best = None
    for shift in range(4, 10):
        size, seen, index = 1 << shift, {}, []
        for start in range(0, 0x110000, size):
            index.append(seen.setdefault(bytes(properties[start : start + size]), len(seen)))
        cost = len(index) * 2 + len(seen) * size
        if best is None or cost < best[0]:
            best = (cost, shift, index, b"".join(seen))
    return best[1:]


def rows(values, form):
    lines, line = [], "   "
    for value in values:
        item = form.format(value) + ","
        if len(line) + 1 + len(item) > 100:
            lines.append(line)
            line = "   "
        line += " " + item
    return "\n".join([*lines, line])


def array(kind, name, values, form):
    return f"const {kind} {name}[{len(values)}] = {{\n{rows(values, form)}\n}};\n"


def mapping(name, table):
    """Three arrays: the characters, where each one's image starts in the pool, the pool."""
    offsets, pool = [0], []
    for code in sorted(table):
        pool += [ord(char) for char in table[code]]
        offsets.append(len(pool))
    return "\n".join(
        [
            array("char32_t", f"k{name}From", sorted(table), "{:#x}"),
            array("std::uint16_t", f"k{name}Offset", offsets, "{}"),
            array("char32_t", f"k{name}Pool", pool, "{:#x}"),
        ]
    )


def source():
    properties, decompositions, lower = bytearray(0x110000), {}, {}
    spaces = normalizer_properties(properties, decompositions, lower)
    pre_tokenizer_properties(properties, spaces)
    added_token_properties(properties)
    for code in {*decompositions, *lower}:
        properties[code] |= MAPPED
    ranks = combining_ranks(properties, decompositions)
    decompositions = {code: parts for code, parts in decompositions.items() if code not in HANGUL}
    shift, index, blocks = two_stage(properties)
    return "\n".join(
        [
            "// Unicode as the reference tokenizer knows it.",
            "// Written by tools/make_unicode_tables.py: do not edit.",
            "// Longer than 400 lines because it is data that one command remakes and checks.",
            "// clang-format off",
            '#include "zipflens/tokenizer/unicode_tables.h"\n',
            "namespace zipflens::unicode {\n",
            f"static_assert(kBlockShift == {shift});\n",
            array("std::uint16_t", "kBlockIndex", index, "{}"),
            array("std::uint8_t", "kBlocks", list(blocks), "{}"),
            "namespace {\n",
            mapping("Decomposition", decompositions),
            mapping("Lower", lower),
            array("char32_t", "kRankFrom", sorted(ranks), "{:#x}"),
            array("std::uint8_t", "kRankOf", [ranks[code] for code in sorted(ranks)], "{}"),
            "}  // namespace\n",
            "const CodePointMap kDecompositions = {kDecompositionFrom, kDecompositionOffset,\n"
            "                                      kDecompositionPool,\n"
            f"                                      {len(decompositions)}}};",
            "const CodePointMap kLowerCase = {kLowerFrom, kLowerOffset, kLowerPool,\n"
            f"                                 {len(lower)}}};",
            f"const RankMap kCombiningRanks = {{kRankFrom, kRankOf, {len(ranks)}}};\n",
            "}  // namespace zipflens::unicode\n",
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="compare with the committed file; write nothing"
    )
    options = parser.parse_args()
    text = source()
    if not options.check:
        OUTPUT.write_text(text, encoding="ascii")
        return
    if OUTPUT.read_text(encoding="ascii") != text:
        sys.exit(f"{OUTPUT}: not what the installed tokenizers package gives; run without --check")


if __name__ == "__main__":
    main()
