"""tools/lint.sh prints findings without noise and ends with the names of the files that have some.

It runs here against a stand-in for clang-tidy.
"""

import os
import pathlib
import subprocess
import tempfile
import unittest

LINT = pathlib.Path(os.environ["ZIPFLENS_SOURCE"]) / "tools/lint.sh"
FAKE_CLANG_TIDY = """#!/bin/bash
file=${@: -1}
echo "1234 warnings generated." >&2
case $file in
  *bad*) echo "$file:1:2: error: [a-check]"; echo "1 error generated." >&2; exit 1 ;;
  *crash*) kill -SEGV $$ ;;
esac
"""


class Lint(unittest.TestCase):
    def run_on(self, *files):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "clang-tidy-14"
            program.write_text(FAKE_CLANG_TIDY, encoding="utf-8")
            program.chmod(0o755)
            result = subprocess.run([LINT, *files], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                                    env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "JOBS": "2"})
        return result.returncode, result.stdout.splitlines()

    def test_says_one_line_of_files_without_findings(self):
        self.assertEqual(self.run_on("a.cc", "cli/b c.cc"), (0, ["lint: 2 files, no findings"]))

    def test_ends_with_the_names_of_the_files_that_have_findings(self):
        code, lines = self.run_on("a.cc", "room/bad.cc", "b.cc", "cli/bad.cc", "c.cc")
        self.assertEqual(code, 1)
        self.assertEqual(lines[-3:], ["lint: 2 of 5 files have findings:", "  cli/bad.cc", "  room/bad.cc"])
        self.assertEqual(sorted(lines[:-3]), ["cli/bad.cc:1:2: error: [a-check]", "room/bad.cc:1:2: error: [a-check]"])

    def test_a_crash_is_a_finding(self):
        code, lines = self.run_on("crash.cc", "a.cc")
        self.assertEqual(code, 1)
        self.assertEqual(lines[-2:], ["lint: 1 of 2 files have findings:", "  crash.cc"])

    def test_no_files_are_not_a_success(self):
        self.assertEqual(self.run_on(), (1, ["lint: no files"]))


if __name__ == "__main__":
    unittest.main()
