"""What a study leaves out, whose counts it rests on, and its null hypotheses, on a small random model."""

import json
import pathlib
import re
import sys
import unittest

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import scipy.stats

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from program import DEMO_CORPUS, DEMO_MODEL, SOURCE, ProgramTest, run, write_parquet  # noqa: E402

TABLES = ["token_counts", "batch", "adjustments", "profiles", "score_samples", "correlations", "slopes",
          "explained", "split", "types", "pair_sums", "design_sums"]


class Controls(ProgramTest):
    def study(self, name, *options, model=None):
        out = self.root / name
        arguments = ["study", "--model", model or self.model, "--corpus", DEMO_CORPUS, "--sequences", 4, "--bins", 8,
                     "--target-tokens", 20000, "--formats", "svg", "--permutations", 200, "--resamples", 200,
                     "--seed", 3, "--quiet", "--out", out, *options]
        done = run(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.output = done.stdout
        return out

    def table(self, folder, name):
        return pd.read_parquet(folder / f"{name}.parquet")

    def info(self, folder):
        return json.loads((folder / "study.json").read_text())["study"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls.study(cls(), "plain")

    def test_skipped_positions_take_no_part(self):
        folder = self.study("skip", "--skip-positions", 3, "--exclude", "special,punctuation")
        batch = self.table(folder, "batch")
        self.assertTrue((batch.left_out[batch.position < 3] == "position").all())
        self.assertFalse((batch.left_out[batch.position >= 3] == "position").any())
        self.assertEqual(self.info(folder)["excluded_classes"], ["special", "punctuation"])
        self.assertEqual(self.info(folder)["left_out_by_reason"]["position"], 12)
        self.assertTrue(any("position 12" in warning for warning in self.info(folder)["warnings"]))
        n = self.table(folder, "correlations").set_index(["measure", "sequence", "layer", "head", "method"]).n
        self.assertEqual(n["log_norm", -1, 0, -1, "pearson"], (batch.left_out == "").sum())
        kept = (batch.left_out == "").groupby(batch.sequence).sum()
        self.assertEqual(n["pair", -1, 0, -1, "pearson"], (kept**2).sum())
        self.assertEqual(run("figures", folder, "--formats", "svg", "--quiet").returncode, 0)

    def test_what_is_left_out_stands_in_every_table_and_figure(self):
        folder = self.study("left_out", "--skip-positions", 3)
        batch = self.table(folder, "batch")
        tokens, left_out = len(batch), int((batch.left_out != "").sum())
        length = tokens // 4
        kept = (batch.left_out == "").groupby(batch.sequence).sum()
        expected = {b"zipflens.batch_tokens": tokens, b"zipflens.left_out_tokens": left_out,
                    b"zipflens.batch_pairs": tokens * length,
                    b"zipflens.left_out_pairs": tokens * length - int((kept**2).sum())}
        for name in TABLES[1:]:
            found = pq.read_schema(folder / f"{name}.parquet").metadata
            self.assertEqual({key: int(found[key]) for key in expected}, expected, name)
        report = (folder / "report.html").read_text()
        captions = re.findall(r"<figcaption>.*?</figcaption>", report, flags=re.S)
        self.assertGreaterEqual(len(captions), 15)
        for caption in captions:
            if not re.search(r"<strong>part[12]\.", caption):  # the corpus and the batch, all of them
                self.assertIn(f"Left out: {100 * left_out / tokens:.1f}", caption)

    def test_little_memory_for_counting_gives_the_same_tables(self):
        folder = self.study("little_memory", "--memory", "128kB", "--counts-corpus", DEMO_CORPUS)
        large = self.study("much_memory", "--counts-corpus", DEMO_CORPUS)
        for name in ("token_counts", "batch", "correlations", "profiles"):
            self.assertEqual((folder / f"{name}.parquet").read_bytes(),
                             (large / f"{name}.parquet").read_bytes(), name)
        self.assertEqual(json.loads((folder / "study.json").read_text())["options"]["memory"], 128000)
        for wrong in ("0", "-1"):
            refused = run("study", "--model", self.model, "--corpus", DEMO_CORPUS, "--out", self.root / "no",
                          "--memory", wrong)
            self.assertIn(refused.returncode, (2,), refused.stderr)

    def test_count_files_of_every_format_give_the_corpus_own_numbers(self):
        plain = self.table(self.plain, "correlations")
        count_files = [self.root / f"counts.{ending}" for ending in ("parquet", "csv", "jsonl")]
        for path in count_files:
            made = run("count", "--model", self.model, "--corpus", DEMO_CORPUS, "--target-tokens", 20000,
                       "--out", path, "--quiet")
            self.assertEqual(made.returncode, 0, made.stderr)
        foreign = self.root / "foreign.parquet"
        rows = self.table(self.plain, "token_counts")[["count", "id"]].astype(np.uint32)
        rows[rows["count"] > 0].sample(frac=1, random_state=1).to_parquet(foreign)
        for path in [*count_files, foreign]:
            folder = self.study(f"by_{path.name}", "--counts", path)
            found = self.table(folder, "correlations")
            info = self.info(folder)
            self.assertEqual((info["counts_source"], info["counts_name"]), ("file", str(path)))
            self.assertEqual(any("does not say which vocabulary" in w for w in info["warnings"]), path == foreign)
            for counts in ("file", "corpus"):
                rows = found[found.counts == counts].drop(columns="counts").reset_index(drop=True)
                named = rows.family[rows.family != ""]
                self.assertTrue(named.str.endswith(f", counts: {counts}").all())
                rows = rows.assign(family=rows.family.str.replace(f"counts: {counts}", "counts: corpus"))
                pd.testing.assert_frame_equal(rows, plain.drop(columns="counts"), check_exact=True)
            slopes = self.table(folder, "slopes")
            for table in (slopes, self.table(folder, "explained")):
                self.assertEqual(set(table.counts), {"file", "corpus"})
            for table, p, q in ((found, "p", "q"), (slopes, "cluster_p", "cluster_q"), (slopes, "type_p", "type_q")):
                for family, rows in table[table[p].notna()].groupby("family"):
                    np.testing.assert_allclose(rows[q], scipy.stats.false_discovery_control(rows[p]), rtol=1e-12,
                                               err_msg=family)
            for name in ("profiles", "types", "split", "pair_sums"):
                self.assertEqual((folder / f"{name}.parquet").read_bytes(),
                                 (self.plain / f"{name}.parquet").read_bytes(), name)
        self.assertEqual(run("figures", folder, "--formats", "svg", "--quiet").returncode, 0)

    def test_counts_of_another_corpus_stand_beside_the_corpus_own(self):
        folder = self.study("other", "--counts-corpus", self.corpus)
        found = self.table(folder, "correlations")
        own = found[found.counts == "corpus"].drop(columns="counts").reset_index(drop=True)
        other = found[found.counts == "other corpus"].reset_index(drop=True)
        over_tokens = ~own.measure.str.startswith("bin_")
        pd.testing.assert_series_equal(own.n[over_tokens], other.n[over_tokens])  # about the same tokens
        plain = self.table(self.plain, "correlations")
        self.assertLess(own.n[own.measure == "pair"].max(), plain.n[plain.measure == "pair"].max())
        self.assertFalse(other.estimate.equals(own.estimate))
        counted = run("count", "--model", self.model, "--corpus", self.corpus, "--out", self.root / "o.parquet")
        self.assertEqual(counted.returncode, 0)
        pd.testing.assert_frame_equal(self.table(folder, "token_counts"), pd.read_parquet(self.root / "o.parquet"))
        pd.testing.assert_frame_equal(self.table(folder, "corpus_token_counts"),
                                      self.table(self.plain, "token_counts"))
        self.assertIn("by the corpus's own counts", self.output)
        batch = self.table(folder, "batch")
        a = self.table(folder, "token_counts").log_proportion
        kept = batch.left_out == ""
        np.testing.assert_array_equal(batch.log_proportion[kept], a[batch.token_id[kept]])
        self.assertTrue(a[batch.token_id[~kept]].isna().all())

    def test_bad_count_files_are_refused_with_their_place(self):
        cases = {
            "twice.csv": ("id,count\n5,1\n5,2\n", "line 3"), "beyond.csv": ("id,count\n99999,1\n", "id 99999"),
            "minus.jsonl": ('{"id":1,"count":-1}\n', "count -1"), "none.csv": ("id,count\n1,0\n", "no counted token"),
            "word.csv": ('id,token,count\n1996,"the, ",2\n', 'token "the, " at id 1996'),
            "header.csv": ("token,n\nthe,1\n", "columns token, n"), "text.jsonl": ("nothing\n", "no JSON object"),
            "half.csv": ("id,count\n5,1.5\n", 'count "1.5"'), "short.csv": ("id,count\n5\n", "1 fields"),
        }
        for name, (text, fragment) in cases.items():
            path = self.root / name
            path.write_text(text)
            self.assert_fails([*self.study_arguments(), "--counts", path], 1, path, fragment)
        write_parquet(self.root / "text.parquet", id=["a"], count=[1])
        self.assert_fails([*self.study_arguments(), "--counts", self.root / "text.parquet"], 1, "column id")
        self.assert_fails([*self.study_arguments(), "--counts", self.root / "counts.xls"], 2, "--counts", ".parquet")
        self.assert_fails([*self.study_arguments(), "--counts", "a.csv", "--counts-corpus", "b"], 2, "--counts")
        self.assert_fails([*self.study_arguments(), "--skip-positions", 31], 2, "--skip-positions")
        for option in ("--permutations", "--resamples"):
            for value in (1, 199, 10_000_001):
                self.assert_fails([*self.study_arguments(), option, value], 2, option, f"found {value}", "200")
        self.assert_fails([*self.study_arguments(), "--null-draws", 20], 2, "--null-draws", "--null")
        self.assert_fails([*self.study_arguments(), "--null", "shuffled-tokens", "--null-draws", 10_001], 2, "--null-draws")
        self.assert_fails([*self.study_arguments(), "--counts-split", "--counts", "a.csv"], 2, "--counts-split")
        self.assert_fails([*self.study_arguments(), "--exclude", "verbs"], 2, "--exclude")

    def test_counts_of_another_vocabulary_are_refused(self):
        model = self.root / "other_model"
        model.mkdir()
        for name in ("config.json", "model.safetensors"):
            (model / name).write_bytes((self.model / name).read_bytes())
        tokenizer = json.loads((DEMO_MODEL / "tokenizer.json").read_text())
        vocabulary = tokenizer["model"]["vocab"]
        vocabulary["the"], vocabulary["of"] = vocabulary["of"], vocabulary["the"]
        (model / "tokenizer.json").write_text(json.dumps(tokenizer))
        for ending, fragment in (("parquet", "sha256"), ("csv", "token"), ("jsonl", "token")):
            path = self.root / f"other.{ending}"
            run("count", "--model", model, "--corpus", self.corpus, "--out", path)
            self.assert_fails([*self.study_arguments(), "--counts", path], 1, path, "vocab" if ending == "parquet"
                              else "entry", fragment)

    def null(self, kind):
        folder = self.study(kind, "--null", kind)
        info = json.loads((folder / "study.json").read_text())
        self.assertEqual(info["null"], {"kind": kind, "folder": "null", "seed": 3})
        self.assertEqual(self.info(folder / "null")["null_kind"], kind)
        for name in TABLES:
            self.assertEqual((folder / f"{name}.parquet").read_bytes(), (self.plain / f"{name}.parquet").read_bytes())
            self.assertTrue((folder / "null" / f"{name}.parquet").exists(), name)
        self.assertIn(f"under the null hypothesis {kind}", self.output)
        self.assertEqual(run("figures", folder, "--formats", "svg", "--quiet").returncode, 0)
        again = self.study(f"{kind}_again", "--null", kind, "--threads", 1)
        for name in TABLES:
            self.assertEqual((folder / "null" / f"{name}.parquet").read_bytes(),
                             (again / "null" / f"{name}.parquet").read_bytes(), name)
        return folder / "null"

    def test_shuffled_tokens_are_the_same_tokens_in_another_order(self):
        null = self.table(self.null("shuffled-tokens"), "batch").token_id.to_numpy().reshape(4, -1)
        real = self.table(self.plain, "batch").token_id.to_numpy().reshape(4, -1)
        np.testing.assert_array_equal(np.sort(null), np.sort(real))
        self.assertTrue((null != real).any(axis=1).all())

    def test_random_weights_are_those_of_a_random_model_of_the_seed_in_the_studys_precision(self):
        null = self.null("random-weights")
        model = self.root / "random"
        made = run("model", "random", "--like", self.model, "--seed", 3, "--tokenizer", DEMO_MODEL, "--out", model)
        self.assertEqual(made.returncode, 0, made.stderr)
        expected = self.study("of_random", model=model)
        rounded = ("--precision", "emulated-bfloat16")
        null_rounded = self.study("rounded", "--null", "random-weights", *rounded) / "null"
        expected_rounded = self.study("of_random_rounded", *rounded, model=model)
        for name in TABLES:
            self.assertEqual((null / f"{name}.parquet").read_bytes(), (expected / f"{name}.parquet").read_bytes())
            self.assertEqual((null_rounded / f"{name}.parquet").read_bytes(),
                             (expected_rounded / f"{name}.parquet").read_bytes())
        self.assertNotEqual((null_rounded / "profiles.parquet").read_bytes(), (null / "profiles.parquet").read_bytes())

    def test_a_null_is_described_in_the_same_words_everywhere(self):
        words = "the encoder reads each counted token type that is not special as another, one to one"
        folder = self.study("words", "--null", "permuted-vocabulary")
        captions = [path.read_text() for path in (folder / "figures").glob("*.txt")]
        self.assertTrue(any(words in " ".join(caption.split()) for caption in captions))
        self.assertIn(words, " ".join((SOURCE / "docs/outputs.md").read_text().split()))

    def test_lines_left_out_of_either_corpus_are_warned_of(self):
        lines = self.root / "lines.jsonl"
        lines.write_text("".join(json.dumps({"text": f"the cat number {i} sat on the mat . " * 8}) + "\n" for i in range(20)) +
                         "no json\n" * 3)
        other = self.root / "other.jsonl"
        other.write_text(json.dumps({"text": "the cat"}) + "\n" + "no json\n" * 2)
        more = ("--corpus", lines, "--sequences", 2, "--skip-bad-lines")
        done = run("study", "--model", self.model, *more, "--counts-corpus", other, "--formats", "svg", "--permutations", 200,
                   "--resamples", 200, "--out", self.root / "skipped")
        self.assertEqual(done.returncode, 0, done.stderr)
        warnings = self.info(self.root / "skipped")["warnings"]
        for recorded, shown in (("3 bad lines were left out", "3 bad lines were left out"),
                                ("the corpus of the counts: 2 bad lines were left out",
                                 "the corpus of the counts: 2 bad lines were left out")):
            self.assertTrue(any(warning.startswith(recorded) for warning in warnings), warnings)
            self.assertNotIn("`", " ".join(warnings))
            self.assertIn("warning: " + shown, done.stderr)
        done = run("capture", "--model", self.model, *more, "--out", self.root / "captured")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning: 3 bad lines were left out", done.stderr)

    def test_permuted_vocabulary_keeps_frequencies_and_changes_scores(self):
        null = self.null("permuted-vocabulary")
        for name in ("batch", "token_counts", "design_sums"):
            pd.testing.assert_frame_equal(self.table(null, name), self.table(self.plain, name))
        keys = ["sequence", "layer", "head", "scores", "bin"]
        real, permuted = (self.table(folder, "profiles").set_index(keys) for folder in (self.plain, null))
        pd.testing.assert_series_equal(real.left, permuted.left)
        self.assertTrue((real["mean"] != permuted["mean"]).all())


if __name__ == "__main__":
    unittest.main()
