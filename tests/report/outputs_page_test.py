"""docs/outputs.md against a real small study: every column is documented, every example runs."""

import contextlib
import io
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import pandas as pd

SOURCE = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
PAGE = (SOURCE / "docs/outputs.md").read_text(encoding="utf-8")
SUMS = {"pair_sums.parquet", "design_sums.parquet"}  # columns named by pattern


def documented_columns(table):
    """Names in the first column of the first table under the heading of a Parquet file."""
    section = re.search(rf"^## {re.escape(table)}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S).group(1)
    rows = section[section.index("| column | type |"):].split("\n\n")[0].splitlines()[2:]
    return [name.strip() for row in rows for name in row.split("|")[1].split(",")]


class OutputsPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = pathlib.Path(folder.name)
        cls.study = cls.root / "demo/study"
        subprocess.run([os.environ["ZIPFLENS"], "study", "--model", SOURCE / "data/all-minilm-l6-v2",
                        "--corpus", SOURCE / "data/wikipedia-sample.parquet", "--sequences", "3",
                        "--sequence-length", "64", "--target-tokens", "1000", "--formats", "svg", "--quiet",
                        "--out", cls.study], check=True, capture_output=True)

    def test_every_table_is_on_the_page(self):
        for path in self.study.glob("*.parquet"):
            self.assertIn(f"`{path.name}`", PAGE)

    def test_every_column_is_documented_in_order(self):
        num_tables = 0
        for path in sorted(self.study.glob("*.parquet")):
            if path.name in SUMS:
                continue
            with self.subTest(path.name):
                self.assertEqual(sorted(documented_columns(path.name)), sorted(pd.read_parquet(path).columns))
                num_tables += 1
        self.assertGreaterEqual(num_tables, 6)

    def test_examples_run(self):
        examples = re.findall(r"```python\n(.*?)```", PAGE, re.S)
        self.assertEqual([("pandas" in e, "polars" in e) for e in examples], [(True, False), (False, True)])
        for example in examples:
            printed = io.StringIO()
            with contextlib.chdir(self.root), contextlib.redirect_stdout(printed):
                exec(compile(example, "docs/outputs.md", "exec"), {})  # pylint: disable=exec-used
            self.assertIn("bin_mean", printed.getvalue())


if __name__ == "__main__":
    unittest.main()
