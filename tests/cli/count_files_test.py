"""Files of counts: what zipflens count writes opens everywhere, and what others write is read."""

import csv
import json
import subprocess
import unittest

from tests.cli.program import DEMO_MODEL, ZIPFLENS, ProgramTest, run

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq

# Tokens that readers may take for something else.
HARD_TOKENS = ["NA", "NULL", "null", "None", "nan", "NaN", "true", "false", "1", "007", "1e5", "2020-01-01", "-inf",
               '"', "'", '""', ",", ";", "a,b", 'say "x"', "#", "\\", "\\n", "\u00e9", "\u4e2d", "\U0001f600", "N/A", "#N/A"]
COLUMNS = ["id", "token", "count", "proportion", "log_proportion"]


class CountFiles(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hard = cls.root / "hard"
        cls.hard.mkdir()
        # As in BERT's: the first 1,000 entries are never counted.
        entries = ["[PAD]", *(f"[unused{i}]" for i in range(1000)), "[UNK]", "the", "cat", *HARD_TOKENS]
        (cls.hard / "vocab.txt").write_text("\n".join(entries) + "\n")
        (cls.hard / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": False}))
        text = cls.root / "text.txt"
        text.write_text("the cat the cat the \u4e2d , 1 true NA \n" * 3)
        cls.count(cls.hard, text, "hard")
        cls.count(DEMO_MODEL, text, "demo")
        cls.tables = {name: pq.read_table(cls.root / f"{name}.parquet").to_pandas() for name in ("hard", "demo")}

    @classmethod
    def count(cls, model, corpus, name, *more):
        for ending in ("csv", "jsonl", "parquet"):
            found = run("count", "--model", model, "--corpus", corpus, "--quiet", "--out", cls.root / f"{name}.{ending}",
                        *more)
            assert found.returncode == 0, found.stderr

    def assert_same(self, frame, name):
        """The rows of the Parquet table, by id; a value that is not defined is null or NaN."""
        expected = self.tables[name]
        self.assertEqual(list(frame.columns), COLUMNS)
        frame = frame.sort_values("id").reset_index(drop=True)
        for column in COLUMNS:
            if column == "token":
                self.assertEqual(list(frame[column]), list(expected[column]))
            else:
                self.assertEqual(frame[column].dtype.kind, expected[column].dtype.kind, column)
                np.testing.assert_array_equal(frame[column], expected[column], column)

    def test_opens_in_pandas(self):
        for name in self.tables:
            self.assert_same(pd.read_csv(self.root / f"{name}.csv", keep_default_na=False,
                                         na_values={"log_proportion": ["NaN"]}), name)
            self.assert_same(pd.read_json(self.root / f"{name}.jsonl", lines=True, precise_float=True), name)
            defaults = pd.read_csv(self.root / f"{name}.csv")
            self.assertEqual([defaults[c].dtype.kind for c in ("id", "count", "proportion", "log_proportion")],
                             ["i", "i", "f", "f"])

    def test_opens_in_polars(self):
        for name in self.tables:
            for ending, read in (("csv", pl.read_csv), ("jsonl", pl.read_ndjson), ("parquet", pl.read_parquet)):
                frame = read(self.root / f"{name}.{ending}")
                kinds = [dtype.to_python() for dtype in frame.dtypes]
                self.assertEqual(kinds, [int, str, int, float, float], ending)
                self.assert_same(frame.to_pandas(), name)
                self.assertEqual(frame["token"].null_count(), 0)

    def test_opens_in_duckdb(self):
        for name in self.tables:
            for ending, read in (("csv", duckdb.read_csv), ("jsonl", duckdb.read_json), ("parquet", duckdb.read_parquet)):
                relation = read(str(self.root / f"{name}.{ending}"))
                self.assertEqual([str(t) for t in relation.types][1:], ["VARCHAR", "BIGINT", "DOUBLE", "DOUBLE"], ending)
                self.assertIn(str(relation.types[0]), ("BIGINT", "INTEGER"))
                self.assert_same(relation.df(), name)

    def test_csv_and_json_are_those_of_the_standard_library(self):
        for name, expected in self.tables.items():
            with open(self.root / f"{name}.csv", newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual([row["token"] for row in rows], list(expected["token"]))
            self.assertEqual([int(row["id"]) for row in rows], list(range(len(expected))))
            np.testing.assert_array_equal([float(row["log_proportion"]) for row in rows], expected["log_proportion"])
            self.assertNotIn("0", {row["proportion"] for row in rows})
            lines = [json.loads(line) for line in (self.root / f"{name}.jsonl").read_text().splitlines()]
            undefined = [line["log_proportion"] is None for line in lines]
            self.assertEqual(undefined, sorted(undefined), "rows without a value come last")

    def test_what_others_write_is_read(self):
        """The counts of each file are those of the table that it was written from."""
        table = self.tables["demo"].copy()
        table["count"] = np.random.default_rng(5).integers(0, 2_000_000, len(table))
        writers = {
            "excel.csv": lambda path: table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n"),
            "german.csv": lambda path: table.to_csv(path, index=False, sep=";", decimal=",", encoding="utf-8-sig"),
            "tabs.csv": lambda path: table.to_csv(path, index=False, sep="\t"),
            "quoted.csv": lambda path: table.to_csv(path, index=False, quoting=csv.QUOTE_ALL),
            "floats.csv": lambda path: table.astype({"count": float}).to_csv(path, index=False),
            "polars.csv": lambda path: pl.from_pandas(table).write_csv(path),
            "duckdb.csv": lambda path: duckdb.from_df(table).write_csv(str(path)),
            "pandas.jsonl": lambda path: table.to_json(path, orient="records", lines=True),
            "polars.jsonl": lambda path: pl.from_pandas(table).write_ndjson(path),
            "duckdb.jsonl": lambda path: duckdb.from_df(table).query("t", f"COPY t TO '{path}' (FORMAT json)"),
            "floats.jsonl": lambda path: table.astype({"count": float, "id": float}).to_json(
                path, orient="records", lines=True),
        }
        for name, write in writers.items():
            path = self.root / name
            write(path)
            out = self.root / f"study_{name}"
            found = run(*self.study_arguments(out=out), "--counts", path, "--quiet", "--permutations", 200,
                        "--resamples", 200)
            self.assertEqual(found.returncode, 0, f"{name}: {found.stderr}")
            read = pq.read_table(out / "token_counts.parquet")["count"].to_numpy()
            np.testing.assert_array_equal(read, table["count"], name)

    def test_a_utf16_file_is_refused_by_name(self):
        path = self.root / "utf16.csv"
        self.tables["demo"].to_csv(path, index=False, encoding="utf-16")
        found = self.assert_fails([*self.study_arguments(), "--counts", path], 1, "UTF-16", "not UTF-8", "0xFF",
                                  "expected UTF-8 text")
        self.assertNotIn("\0", found.stderr)


if __name__ == "__main__":
    unittest.main()
