"""The commands of README.md and docs/corpora.md run as written and print what it shows; and a stale one is found."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from tests.tools import readme_commands

ROOT = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
PROGRAM = pathlib.Path(os.environ["ZIPFLENS"])


def help_of(subcommands):
    result = subprocess.run(
        [PROGRAM, *subcommands, "--help"], capture_output=True, text=True, check=False
    )
    return result.stdout if result.returncode == 0 else None


def faults(text, folder, makefile):
    """What is wrong with the commands and outputs of a README's text, a line each."""
    found = []
    for block in readme_commands.blocks_of(text):
        place = f"README.md:{block.line}"
        stale = readme_commands.stale_parts(block.commands, makefile, help_of)
        found += [f"{place}: {part}" for part in stale]
        if block.directive == "skip":
            continue
        commands = block.commands if block.directive == "run" else [block.argument]
        code, output, errors = readme_commands.run(commands, folder)
        if code != 0:
            found.append(f"{place}: exit code {code}\n{errors}")
        elif block.expected is not None:
            if not readme_commands.same_output(block.expected, output.splitlines()):
                shown = "\n".join(block.expected)
                found.append(f"{place}: shows\n{shown}\nbut the command prints\n{output}")
    return found


class ReadmeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "build").mkdir()
        (self.folder / "build/zipflens").symlink_to(PROGRAM)
        (self.folder / "data").symlink_to(ROOT / "data")
        self.makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    def faults(self, text):
        return faults(text, self.folder, self.makefile)


class ReadmeIsTrue(ReadmeTest):
    def test_commands(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        self.assertGreaterEqual(len(readme_commands.blocks_of(text)), 2)
        found = self.faults(text)
        self.assertEqual(found, [], "\n" + "\n".join(found))

    def test_commands_of_docs(self):
        for name in ("corpora.md",):
            found = self.faults((ROOT / "docs" / name).read_text(encoding="utf-8"))
            self.assertEqual(found, [], f"docs/{name}, whose lines these are:\n" + "\n".join(found))


class CheckerFindsStaleParts(ReadmeTest):
    def assert_fault(self, text, pattern):
        found = self.faults(text)
        self.assertEqual(len(found), 1, found)
        self.assertRegex(found[0], pattern)

    def test_true_blocks_pass(self):
        text = (
            "```sh\n# a comment\necho one \\\n  two\n```\n\n```text\none two\n```\n"
            "<!-- test: skip, long -->\n```sh\nmake demo\nbuild/zipflens study --model data\n```\n"
            "<!-- test: run instead, echo 7 -->\n```sh\nmake test\n```\n```text\n7\n```\n"
        )
        self.assertEqual(self.faults(text), [])

    def test_command_that_fails(self):
        self.assert_fault("```sh\nls missing-file\n```\n", "README.md:1: exit code .*\n.*missing-file")

    def test_output_that_differs(self):
        self.assert_fault("```sh\necho 5 tokens\n```\n```text\n6 tokens\n```\n", "6 tokens\n.*\n5 tokens")

    def test_output_of_the_command_run_instead(self):
        text = "<!-- test: run instead, echo 5 -->\n```sh\nmake demo\n```\n```text\n6\n```\n"
        self.assert_fault(text, "shows\n6")

    def test_target_that_is_not_there(self):
        self.assert_fault("<!-- test: skip, x -->\n```sh\nmake demos\n```\n", "make demos")

    def test_program_option_that_is_not_there(self):
        text = "<!-- test: skip, x -->\n```sh\nbuild/zipflens study --modell M\n```\n"
        self.assert_fault(text, "no option --modell")

    def test_program_command_that_is_not_there(self):
        self.assert_fault("<!-- test: skip, x -->\n```sh\nbuild/zipflens studie\n```\n", "no such command")

    def test_directive_holds_for_the_next_block_only(self):
        text = "<!-- test: skip, x -->\n```sh\nfalse\n```\n```sh\nfalse\n```\n"
        self.assert_fault(text, "README.md:5: exit code 1")


class Comparison(unittest.TestCase):
    def assert_same(self, expected, found, same=True):
        result = readme_commands.same_output(expected.splitlines(), found.splitlines())
        self.assertEqual(result, same, f"{expected!r} against {found!r}")

    def test_whole_numbers_are_exact(self):
        self.assert_same("606,884 tokens", "606,884 tokens")
        self.assert_same("606,884 tokens", "606,885 tokens", same=False)

    def test_decimals_may_differ_in_the_last_place(self):
        self.assert_same("r = -0.123", "r = -0.124")
        self.assert_same("r = -0.123", "r = -0.125", same=False)
        self.assert_same("r = -0.123", "r = 0.123", same=False)
        self.assert_same("r = -0.123", "r = -0.12", same=False)

    def test_measured_numbers_are_free(self):
        self.assert_same("done in 12.3 s, 1.1 GB, 5 docs/s", "done in 9 s, 2 GB, 2,000 docs/s")
        self.assert_same("12 sequences", "13 sequences", same=False)

    def test_dots_stand_for_lines(self):
        self.assert_same("a\n...\nd", "a\nb\nc\nd")
        self.assert_same("a\n...\nd", "a\nd")
        self.assert_same("a\n...\nd", "a\nb", same=False)
        self.assert_same("...\nb", "a\nb\nc", same=False)

    def test_missing_and_added_lines(self):
        self.assert_same("a\nb", "a", same=False)
        self.assert_same("a", "a\nb", same=False)


if __name__ == "__main__":
    unittest.main()
