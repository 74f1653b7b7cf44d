"""Compares ids with the reference on random strings, vocabularies and options until the time is up.

    .venv/bin/python tests/tokenizer/fuzz_against_reference.py SECONDS [SEED]

Every round has its own seed, SEED plus its number: a difference names the round's seed, which can
be run again alone (SECONDS 0). Exit code 1 at the first round with a difference.
"""

import collections
import pathlib
import random
import sys
import tempfile
import time

from hard_texts import Texts, corpus_texts, random_pair, real_vocabulary
from reference import MODEL, Pair, Tokenizer, write_vocab_txt

STRINGS_A_ROUND = 2_000


def pair_of_round(folder, seed):
    """The real vocabulary in every fourth round (half of them cased), a random one otherwise."""
    if seed % 8 == 0:
        return Pair(MODEL, Tokenizer.from_file(str(MODEL / "tokenizer.json"))), ()
    if seed % 8 == 4:
        return write_vocab_txt(folder, real_vocabulary(), {"do_lower_case": False}), ()
    return random_pair(folder, random.Random(seed))


def main():
    seconds, seed = float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    snippets, end, figures = corpus_texts(), time.monotonic() + seconds, collections.Counter()
    texts = Texts(seed, snippets=snippets)
    while True:
        with tempfile.TemporaryDirectory() as folder:
            pair, literals = pair_of_round(pathlib.Path(folder), seed)
            texts.random.seed(seed)
            texts.literals = [*texts.LITERALS, *literals]
            strings = texts.many(STRINGS_A_ROUND)
            differences = pair.differences(strings)
        figures.update(rounds=1, strings=len(strings), characters=sum(map(len, strings)))
        for text, expected, found in differences[:3]:
            print(f"seed {seed}: {text!r}\n  expected {expected}\n  found    {found}")
        if differences or time.monotonic() >= end:
            print(
                ", ".join(f"{count} {name}" for name, count in figures.items())
                + f", {len(differences)} differences"
            )
            sys.exit(bool(differences))
        seed += 1


if __name__ == "__main__":
    main()
