"""FirstInvalidUtf8, NextCodePoint and AppendWithReplacements agree with Python's UTF-8 decoder, byte for byte."""

import itertools
import random
import subprocess
import sys
import unittest

PROBE = sys.argv.pop(1)

# Every byte at which table 3-7 of the Unicode standard changes its mind, and its neighbours.
BOUNDARIES = bytes.fromhex("007f80818f909f a0bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5ff")


def python_answer(text):
    try:
        return [len(text)] + [ord(character) for character in text.decode("utf-8")]
    except UnicodeDecodeError as error:
        return [error.start] + [ord(c) for c in text[: error.start].decode("utf-8")]


def python_replacement(text):
    replaced = text.decode("utf-8", errors="replace")
    num_replacements = replaced.count("\ufffd") - text.decode("utf-8", errors="ignore").count("\ufffd")
    return [num_replacements, len(replaced.encode())] + [ord(character) for character in replaced]


def probe_answers(texts, *arguments):
    lines = "".join(text.hex() + "\n" for text in texts)
    output = subprocess.run([PROBE, *arguments], input=lines, capture_output=True, text=True, check=True).stdout
    return [[int(number) for number in line.split()] for line in output.splitlines()]


class Utf8AgainstPython(unittest.TestCase):
    def check(self, texts):
        answers = probe_answers(texts)
        self.assertEqual(len(answers), len(texts))
        for text, answer in zip(texts, answers):
            self.assertEqual(answer, python_answer(text), text.hex())
        for text, answer in zip(texts, probe_answers(texts, "replace")):
            self.assertEqual(answer, python_replacement(text), text.hex())

    def test_all_texts_of_one_and_two_bytes(self):
        singles = [bytes([first]) for first in range(256)]
        pairs = [bytes(pair) for pair in itertools.product(range(256), repeat=2)]
        self.check([b""] + singles + pairs)

    def test_all_texts_of_three_and_four_boundary_bytes(self):
        for length in (3, 4):
            leads = [lead for lead in BOUNDARIES if length == 3 or lead >= 0xE0]
            tails = itertools.product(BOUNDARIES, repeat=length - 1)
            self.check([bytes((lead, *tail)) for tail in tails for lead in leads])

    def test_random_bytes(self):
        generator = random.Random(1)
        self.check([bytes(generator.choice(BOUNDARIES) if generator.random() < 0.5 else
                          generator.randrange(256) for _ in range(generator.randrange(40)))
                    for _ in range(20000)])

    def test_random_texts_with_random_damage(self):
        generator = random.Random(0)
        texts = []
        for _ in range(5000):
            kinds = [range(0x20, 0x7F), range(0x80, 0x800), range(0x800, 0xD800),
                     range(0xE000, 0x10000), range(0x10000, 0x110000)]
            kind_weights = [generator.random() ** 3 for _ in kinds]
            text = bytearray("".join(
                chr(generator.choice(kind))
                for kind in generator.choices(kinds, kind_weights, k=generator.randrange(60))
            ).encode("utf-8"))
            for _ in range(generator.choice([0, 0, 1, 2])):
                if text:
                    text[generator.randrange(len(text))] = generator.randrange(256)
            if generator.random() < 0.2:
                del text[generator.randrange(len(text) + 1):]
            texts.append(bytes(text))
        self.check(texts)


if __name__ == "__main__":
    unittest.main()
