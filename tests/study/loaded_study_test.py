"""A study folder that is not as it was written is refused by name: file, member, what was found and expected."""

import json
import pathlib
import shutil
import unittest

import pyarrow as pa
import pyarrow.parquet as pq

from tests.cli.program import ProgramTest, run

# The tables on which a study depends: other rows in one of them are an error.
TABLES = ["token_counts", "batch", "adjustments", "profiles", "score_samples", "correlations", "slopes",
          "explained", "split", "types"]
# Members that decide how much is read or drawn.
SIZES = ["num_sequences", "sequence_length", "num_bins", "num_layers", "num_heads", "head_size", "hidden_size"]
LISTS = ["layers", "adjustment_layers", "merged_sequences"]


class LoadedStudyTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.whole = cls.root / "whole"
        made = run("study", "--model", cls.model, "--corpus", cls.corpus, "--out", cls.whole, "--sequences", 3,
                   "--permutations", 200, "--resamples", 200, "--formats", "svg", "--null", "shuffled-tokens", "--quiet")
        assert made.returncode == 0, made.stderr
        cls.json = json.loads((cls.whole / "study.json").read_text())

    def setUp(self):
        self.copy = self.root / "copy"
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.whole, self.copy, ignore=shutil.ignore_patterns("figures", "report.html"))

    def draw(self):
        return run("figures", self.copy, "--formats", "svg", "--quiet", "--out", self.root / "drawn")

    def assert_refused(self, of, *fragments):
        found = self.draw()
        shutil.rmtree(self.root / "drawn", ignore_errors=True)
        self.assertEqual(found.returncode, 1, f"{of}: {found.stderr}")
        self.assertNotIn("a bug in zipflens", found.stderr, of)
        self.assertNotIn("out of memory", found.stderr, of)
        self.assertTrue(found.stderr.isprintable() or found.stderr.strip().isprintable(), of)
        for fragment in fragments:
            self.assertIn(fragment, found.stderr, of)

    def write_study(self, **members):
        study = {**self.json["study"], **members}
        study = {name: value for name, value in study.items() if value is not Ellipsis}
        (self.copy / "study.json").write_text(json.dumps({**self.json, "study": study}))

    def test_the_untouched_copy_is_drawn(self):
        found = self.draw()
        self.assertEqual(found.returncode, 0, found.stderr)
        shutil.rmtree(self.root / "drawn")

    def test_tables_with_other_rows(self):
        for folder in (self.copy, self.copy / "null"):
            for name in TABLES:
                path = folder / f"{name}.parquet"
                table = pq.read_table(path)
                half = table.num_rows // 2
                changes = {"doubled": pa.concat_tables([table, table]), "halved": table.slice(0, half),
                           "emptied": table.slice(0, 0), "its second half": table.slice(half),
                           "the first half twice": pa.concat_tables([table.slice(0, half)] * 2),
                           "without its last row": table.slice(0, table.num_rows - 1)}
                for change, changed in changes.items():
                    if change == "the first half twice" and name in ("split", "slopes", "types", "correlations",
                                                                     "score_samples", "token_counts", "profiles"):
                        continue  # the rows of this table have no numbers
                    with self.subTest(table=name, change=change, folder=folder.name):
                        pq.write_table(changed, path)
                        self.assert_refused(change, f"{name}.parquet")
                pq.write_table(table, path)

    def test_values_out_of_their_range(self):
        for name, column, value in [("batch", "sequence", 99), ("batch", "position", -1), ("batch", "token_id", 10**6),
                                    ("batch", "token_id", -1), ("adjustments", "position", 7),
                                    ("score_samples", "sequence", 99), ("profiles", "sequence", 99),
                                    ("profiles", "sequence", -2), ("correlations", "layer", 99),
                                    ("correlations", "sequence", 99), ("slopes", "head", 99), ("split", "layer", -5),
                                    ("explained", "head", 99), ("explained", "estimate", 1.5),
                                    ("explained", "terms", "none"),
                                    ("types", "id", 10**6), ("token_counts", "count", -1)]:
            with self.subTest(table=name, column=column, value=value):
                path = self.copy / f"{name}.parquet"
                table = pq.read_table(path)
                values = table.column(column).to_pylist()
                values[0] = value
                changed = table.set_column(table.schema.get_field_index(column), column,
                                           pa.array(values, table.schema.field(column).type))
                pq.write_table(changed, path)
                self.assert_refused(f"{name}.{column}", f"{name}.parquet")
                pq.write_table(table, path)

    def test_members_of_another_type_or_missing(self):
        for name, value in self.json["study"].items():
            wrong = [None, Ellipsis, {"a": -1}, True, 1.5, [[1]]]
            wrong += [-1, "x"] if isinstance(value, int) else [7]
            for other in wrong:
                if name == "format" and other is None:
                    continue
                with self.subTest(member=name, value=other):
                    self.write_study(**{name: other})
                    self.assert_refused(f"{name}: {other}", "study.json", name)

    def test_numbers_out_of_their_range(self):
        for name in SIZES:
            for value in (-1, 0, 2147483647, 2147483648, 4294967297, 2**63, self.json["study"][name] + 1,
                          self.json["study"][name] - 1):
                if name == "num_layers" and value == self.json["study"][name] + 1:
                    continue  # the layers that were studied are all there
                with self.subTest(member=name, value=value):
                    self.write_study(**{name: value})
                    self.assert_refused(f"{name}: {value}")
        for name in LISTS:
            for value in ([99], [0, 0], [1, 0], [-1], [0] * 6):
                with self.subTest(member=name, value=value):
                    self.write_study(**{name: value})
                    self.assert_refused(f"{name}: {value}")
        for name, value in [("layers", []), ("scatter_layer", 99), ("profile_layer", -1), ("vocab_size", 0),
                            ("left_out_tokens", 10**9), ("left_out_pairs", 10**12), ("skipped_positions", 31),
                            ("tokens_counted", 1), ("smoothing", "maybe"), ("null_kind", "none"),
                            ("counts_source", "file"), ("num_resamples", 199), ("num_permutations", 1),
                            ("batch", "last")]:
            with self.subTest(member=name, value=value):
                self.write_study(**{name: value})
                self.assert_refused(f"{name}: {value}")

    def test_a_study_of_another_version_is_named(self):
        for found, age in ((2, "an older"), (4, "a newer")):
            self.write_study(format=found)
            self.assert_refused(found, f"format: found {found}; expected 3; {age} version of zipflens made this study")

    def test_files_that_are_no_study_json(self):
        for content in (b"", b"[]", b"1", b"null", b"{}", b'{"study": []}', b'{"study": "\xe0\x9b\xff"}', b"\xff\xfe{",
                        b'{"study": {"format": 3}}', b"[" * 100000,
                        b'{"corpus": ' + b"[" * 100000 + b"]" * 100000 + b"}",
                        b'{"study": {"format": ' + b"[" * 60 + b"]" * 60 + b"}}"):
            with self.subTest(content=content[:30]):
                (self.copy / "study.json").write_bytes(content)
                self.assert_refused(content[:30], "study.json")


if __name__ == "__main__":
    unittest.main()
