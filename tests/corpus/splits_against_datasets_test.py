"""Split expressions mean the rows that the `datasets` package takes for them."""

import os
import random
import subprocess
import sys
import unittest

os.environ["HF_HUB_OFFLINE"] = "1"

from datasets import ReadInstruction

SPLIT_PROBE = sys.argv.pop(1)
CORPUS_PROBE = sys.argv.pop(1)


def random_boundary(generator, percent):
    limit = generator.choice((3, 20, 100, 103)) if percent else generator.choice((3, 60, 400, 10**20))
    value = str(generator.randrange(-limit, limit + 1))
    return (value if len(value) < 4 or generator.random() < 0.9 else value[:-1] + "_" + value[-1]) + (
        "%" if percent else "")


def random_term(generator):
    """A term as a user might write it, and now and then one that is none."""
    text = generator.choice(("train", "test", "validation", "20231101.en", "train.extra"))
    percent = generator.random() < 0.6
    if generator.random() < 0.9:
        boundaries = [random_boundary(generator, percent) if generator.random() < 0.7 else ""
                      for _ in range(2)]
        if generator.random() < 0.05:
            boundaries[0] = boundaries[0].rstrip("%")
        text += f"[{':'.join(boundaries)}]"
    if percent and generator.random() < 0.3:
        text += generator.choice(("(closest)", "(pct1_dropremainder)"))
    if generator.random() < 0.05:
        position = generator.randrange(len(text) + 1)
        text = text[:position] + generator.choice("[]:%-_.() x") + text[position + generator.randrange(2):]
    return text


def random_expression(generator):
    terms = [random_term(generator) for _ in range(generator.choice((1, 1, 1, 2, 3)))]
    return generator.choice(("+", " + ", "+ ")).join(terms)


def reference(expression, rows_of):
    """What `datasets` takes, as the probe would print it; None where it refuses or takes nothing."""
    try:
        ranges = ReadInstruction.from_spec(expression).to_absolute(rows_of)
    except (ValueError, AssertionError):
        return None
    if any(part.from_ > part.to for part in ranges) or all(part.from_ == part.to for part in ranges):
        return None  # loading fails: a slice of negative length, or "corresponds to no data"
    return " ".join(f"{part.splitname} {part.from_} {part.to}" for part in ranges)


class SplitsAgainstDatasets(unittest.TestCase):
    def check(self, cases):
        lines = "".join(f"{expression}\t{' '.join(f'{k}={v}' for k, v in rows_of.items())}\n"
                        for expression, rows_of in cases)
        output = subprocess.run([SPLIT_PROBE], input=lines, capture_output=True, text=True,
                                check=True).stdout.splitlines()
        self.assertEqual(len(output), len(cases))
        refused = 0
        for (expression, rows_of), found in zip(cases, output):
            expected = reference(expression, rows_of)
            refused += expected is None
            if expected is None:
                self.assertTrue(found.startswith("error: "), (expression, rows_of, found))
            else:
                self.assertEqual(found.strip(), expected, (expression, rows_of))
        return refused

    def test_random_expressions(self):
        generator = random.Random(4)
        cases = []
        for _ in range(20000):
            rows_of = {name: generator.choice((0, 1, 7, 50, 99, 100, 150, 6407814, 2**40 + 1))
                       for name in ("train", "test", "validation", "20231101.en", "train.extra")}
            cases.append((random_expression(generator), rows_of))
        refused = self.check(cases)
        self.assertLess(refused, 0.7 * len(cases))
        self.assertGreater(refused, 0.1 * len(cases))

    def test_halves_and_every_percentage_of_many_sizes(self):
        cases = [(f"train[{percent}%:]+train[:{-percent}%]", {"train": rows})
                 for rows in (1, 50, 99, 150, 250, 350, 1050, 12345, 6407814)
                 for percent in range(101)]
        self.check(cases)

    def test_forms_that_are_none(self):
        forms = ["", "train[", "train[]", "train[5]", "train[:]x", "train[a:]", "train[:1%]()", "train[::2]",
                 "train[:5](closest)", "train[:](closest)", "train(closest)", "train[:1%](nearest)", "+train",
                 "train+", "train++test", " train", "train ", "tr-ain", "train[1_:]", "train[_1:]",
                 "train[1__0:]", "train[--1:]", "train[- 1:]", "train[:101%]", "train[-101%:]", "none", ".train",
                 "train.", "train[1.5%:]", "train[:1%][:1%]", "train[:1%](closest)+test[:1%](pct1_dropremainder)"]
        rows_of = {"train": 1000, "test": 1000}
        self.assertEqual(self.check([(form, rows_of) for form in forms]), len(forms))


if __name__ == "__main__":
    unittest.main()
