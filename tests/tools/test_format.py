"""Every C++ source is laid out as .clang-format says (`make format` does it)."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from tests.tools import source_rules

ROOT = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
CLANG_FORMAT = shutil.which("clang-format-14")  # another version lays out differently


def misformatted(paths):
    style = f"--style=file:{ROOT / '.clang-format'}"
    command = [CLANG_FORMAT, style, "--dry-run", "-Werror", *map(str, paths)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return [line for line in result.stderr.splitlines() if "error:" in line]


class SourcesAreFormatted(unittest.TestCase):
    def setUp(self):
        if CLANG_FORMAT is None:
            self.assertNotIn("CI", os.environ, "clang-format-14 is missing: make format installs it")
            self.skipTest("no clang-format-14 here")

    def test_sources(self):
        paths = source_rules.sources(ROOT, suffixes={".h", ".cc"})
        self.assertGreater(len(paths), 40)
        found = misformatted(paths)
        self.assertEqual(found, [], "\n" + "\n".join(found))

    def test_finds_a_planted_violation(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a.cc"
            path.write_text("int  F( ) {return 1 ;}\n", encoding="utf-8")
            self.assertNotEqual(misformatted([path]), [])


if __name__ == "__main__":
    unittest.main()
