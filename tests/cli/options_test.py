"""Options: numbers beyond their range, words that are none, and what --help shows."""

import re
import unittest

from tests.cli.program import ProgramTest, run

COMMANDS = (["study"], ["count"], ["tokenize"], ["capture"], ["figures"], ["model", "random"], ["info"], ["fetch"], ["cache"])
WHOLE = ("--seed", "--sequences", "--sequence-length", "--target-tokens", "--bins", "--permutations", "--resamples", "--null-draws",
         "--skip-positions", "--threads", "--scatter-layer", "--profile-layer")


def help_of(*command):
    return run(*command, "--help").stdout


class Options(ProgramTest):
    def refused(self, *more, arguments=None):
        """The message of a command line with one option that is wrong."""
        option, value = more
        found = self.assert_fails([*(arguments or self.study_arguments()), option, value], 2, f"{option}: found \"{value}\"",
                                  "expected")
        self.assertEqual(found.stderr.count("\n"), 1, found.stderr)
        return found.stderr

    def test_whole_numbers(self):
        for option in WHOLE:
            for value in ("1.5", "nan", "1" + "0" * 30):
                self.assertIn("a whole number from", self.refused(option, value))
        for value in ("", "1e3", "x", "0x10", "010x", " 5", "5 ", "+5", "--5", "-1" + "0" * 30):
            self.assertIn("a whole number from", self.refused("--seed", value))
        for option in ("--seed", "--target-tokens"):
            for value in (-1, 2**64, 2**64 + 5):
                self.assertIn("from 0 to 18446744073709551615", self.refused(option, value))
        for option in ("--sequences", "--threads", "--bins", "--scatter-layer"):
            for value in (2**31, 2**32 + 1, -(2**31) - 1):
                self.assertIn("from -2147483648 to 2147483647", self.refused(option, value))
        for value in (-1, 2**64):
            self.refused("--seed", value, arguments=["model", "random", "--like", "bert-base-uncased", "--out", self.root / "m"])

    def test_numbers_and_sizes(self):
        for value in ("nan", "inf", "-inf", "1e400", "9", "0.1", "-1", "x", "0x1p0", ""):
            self.refused("--scale", value)
        count = ["count", "--model", self.model, "--corpus", self.corpus, "--out", self.root / "c.csv"]
        for value in ("nan", "inf", "-1", "x"):
            self.refused("--checkpoint-seconds", value, arguments=count)
        for value in ("-1", "1.5GB", "nan", "GB", "1XB", str(2**64), "99999999TB", ""):
            self.refused("--memory", value, arguments=count)
        for value in ("500MB", "500mb", "1GiB", "300000000"):
            self.assertEqual(run(*count, "--force", "--quiet", "--memory", value).returncode, 0, value)

    def test_words(self):
        for option, value, words in (("--smoothing", "magic", "error, exclude or laplace"),
                                     ("--smoothing", "2", "error, exclude or laplace"), ("--batch", "last", "first or random"),
                                     ("--null", "none", "permuted-frequencies, permuted-vocabulary, random-weights or shuffled-tokens"),
                                     ("--precision", "float8", "float32, bfloat16, emulated-bfloat16 or auto"),
                                     ("--format", "csv", "parquet, jsonl or text"),
                                     ("--invalid-utf8", "x\x1b[31m", "replace or stop"),
                                     ("--formats", "gif", "svg, pdf or png"), ("--exclude", "verbs", "special or punctuation")):
            found = self.assert_fails([*self.study_arguments(), option, value], 2, option, f"expected {words}")
            self.assertNotIn("\x1b", found.stderr)
            self.assertNotIn(" in {", found.stderr)
        self.assertEqual(run("count", "--model", self.model, "--corpus", self.corpus, "--invalid-utf8", "REPLACE", "--out",
                             self.root / "upper.csv").returncode, 0)

    def test_unknown_words_name_the_nearest(self):
        for arguments, fragments in (
                (["studdy"], ['unknown command "studdy"', "near: study"]),
                (["studdy", "--help"], ['unknown command "studdy"', "near: study"]),
                (["tokenise", "--model", "x"], ["near: tokenize"]),
                (["model", "randem"], ['unknown command "randem"', "near: random"]),
                ([*self.study_arguments(), "--sequence", "3"], ['unknown option "--sequence"', "near: --sequences"]),
                ([*self.study_arguments(), "--seeed=3"], ['unknown option "--seeed"', "near: --seed"]),
                (["study", "--modle", "x"], ['unknown option "--modle"', "near: --model", "zipflens study --help"]),
                (["count", "--smoothing", "laplace"], ['unknown option "--smoothing"']),
                (["cache", "extra\x1b"], ['"extra\\x1b" is neither an option']),
                (["study"], ["required", "--help"]), ([], ["--help"])):
            found = self.assert_fails(arguments, 2, "zipflens: error: ", *fragments)
            self.assertEqual(found.stderr.count("\n"), 1, found.stderr)

    def test_help_groups_options_and_shows_choices_as_words(self):
        text = help_of("study")
        headings = re.findall(r"^(\w+):$", text, re.M)
        for heading in ("Input", "Batch", "Statistics", "Controls", "Figures", "Output"):
            self.assertEqual(headings.count(heading), 1, text)
        group = {}
        for block in re.split(r"^(?=\w+:$)", text, flags=re.M)[1:]:
            group |= dict.fromkeys(re.findall(r"^  (--[\w-]+)", block, re.M), block.split(":")[0])
        for option, heading in (("--model", "Input"), ("--sequences", "Batch"), ("--seed", "Statistics"), ("--null", "Controls"),
                                ("--formats", "Figures"), ("--out", "Output"), ("--json", "Output")):
            self.assertEqual(group[option], heading)
        self.assertIn("--smoothing error|exclude|laplace", text)
        self.assertIn("(default: exclude)", text)
        for command in COMMANDS:
            text = help_of(*command)
            self.assertNotRegex(text, r"ENUM|UINT|FLOAT| in \{|->|REQUIRED|:PATH")
            self.assertLessEqual(max(map(len, text.split("Example:")[0].splitlines())), 100, text)


if __name__ == "__main__":
    unittest.main()
