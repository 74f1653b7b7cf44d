"""What each command prints and writes when all is well."""

import json
import os
import pty
import re
import signal
import subprocess
import unittest

from tests.cli.program import DEMO_CORPUS, DEMO_MODEL, ZIPFLENS, ProgramTest, run

import pandas as pd


class Commands(ProgramTest):
    def ok(self, *arguments, **options):
        found = run(*arguments, **options)
        self.assertEqual(found.returncode, 0, found.stderr)
        return found

    def test_every_command_has_help_with_an_example(self):
        for command in (["study"], ["count"], ["tokenize"], ["capture"], ["figures"], ["info"],
                        ["model", "random"]):
            text = self.ok(*command, "--help").stdout
            self.assertIn("Example:\n  ", text, command)
            self.assertIn("zipflens " + " ".join(command), text)
        self.assertRegex(self.ok("--version").stdout, r"^zipflens \d+\.\d+\.\d+\n$")

    def test_study_tells_what_the_notebook_prints(self):
        text = self.ok(*self.study_arguments(out=self.root / "told")).stdout
        for fragment in ("rows:    12", "columns: text", "record 0:", "text: the cat number 0",
                         "Most frequent tokens:", 'occurrences of "the"',
                         "2 transformer layers with dimensionality 8", "2 attention heads with dimensionality 4",
                         "output.dense", "part 4", "part 6", "report.html"):
            self.assertIn(fragment, text)
        self.assertEqual(len(re.findall(r"^ +[01]  +-?\d\.\d{3}", text, re.M)), 2, text)

    def test_study_says_that_the_corpus_ended_before_the_target(self):
        found = self.ok(*self.study_arguments(out=self.root / "ended"))
        self.assertRegex(found.stderr, r"warning: the corpus ended before the target: \d+ tokens counted of "
                                       r"1000000 asked for, in 12 documents")

    def test_study_folder_holds_everything(self):
        out = self.root / "whole"
        self.ok(*self.study_arguments(out=out)[:-1], "svg,pdf,png", "--quiet")
        figures = ["part1", "part2", "part4a", "part4b", "part5a", "part5b", "part5_edges", "part5c",
                   "part5d", "part6", "evidence_correlations", "part6_bands", "types", "slopes", "split"]
        for name in figures:
            for ending in ("svg", "pdf", "png", "csv", "txt"):
                self.assertGreater((out / f"figures/{name}.{ending}").stat().st_size, 0, f"{name}.{ending}")
        for name in ("token_counts", "batch", "adjustments", "profiles", "score_samples", "correlations"):
            self.assertGreater(len(pd.read_parquet(out / f"{name}.parquet")), 0, name)
        page = (out / "report.html").read_text()
        for name in figures:
            self.assertIn(name, page)
        study = json.loads((out / "study.json").read_text())
        self.assertEqual(set(study["timings_seconds"]), {"load", "count", "encode", "statistics", "hash", "figures"})
        self.assertGreater(study["peak_memory_bytes"], 1 << 20)
        self.assertEqual(len(study["sha256"]["model"]["model.safetensors"]), 64)

    def test_quiet_and_logs(self):
        quiet = self.ok(*self.study_arguments(out=self.root / "quiet"), "--quiet")
        self.assertEqual(quiet.stderr, "")
        log = self.ok(*self.study_arguments(out=self.root / "log"))
        self.assertNotIn("\r", log.stderr)
        self.assertNotIn("\033", log.stderr)
        self.assertIn("encode: 4 of 4 sequences", log.stderr)

    def test_json_is_all_there_is_on_standard_output(self):
        out = self.root / "json"
        study = json.loads(self.ok(*self.study_arguments(out=out), "--json").stdout)
        self.assertEqual(study["folder"], str(out))
        # The notebook's three measures, three of pairs, four of types by two methods; in two layers.
        self.assertEqual(len(study["correlations"]), 2 * (3 + 3 + 4 * 2))
        info = json.loads(self.ok("info", out, "--json").stdout)
        self.assertEqual(info["study"]["num_sequences"], 4)
        model = json.loads(self.ok("info", self.model, "--json").stdout)
        self.assertEqual(model["num_layers"], 2)
        corpus = json.loads(self.ok("info", self.corpus, "--json").stdout)
        self.assertEqual(corpus["rows"], 12)
        self.assertIn("transformer layers", self.ok("info", self.model).stdout)
        self.assertIn("record 0", self.ok("info", self.corpus).stdout)
        self.assertIn("by layer", self.ok("info", out).stdout)

    def test_count_files_agree(self):
        readers = {
            "parquet": pd.read_parquet,
            "csv": lambda path: pd.read_csv(path, keep_default_na=False, na_values={"log_proportion": ["NaN"]}),
            "jsonl": lambda path: pd.DataFrame(map(json.loads, path.read_text().splitlines())),
        }
        tables = []
        for ending in ("parquet", "csv", "jsonl"):
            path = self.root / f"counts.{ending}"
            found = self.ok("count", "--model", self.model, "--corpus", self.corpus, "--out", path, "--top", 3)
            self.assertEqual(found.stdout.count("occurrences of"), 3)
            tables.append(readers[ending](path))
        for table in tables[1:]:
            table = table.sort_values("id").reset_index(drop=True)  # JSON Lines has uncounted tokens last
            pd.testing.assert_frame_equal(tables[0], table, check_dtype=False, rtol=1e-15)

    def test_tokenize_reads_lines_files_and_corpora(self):
        lines = self.ok("tokenize", "--model", DEMO_MODEL, stdin="Zipf was here.\n\n[MASK]\n").stdout
        self.assertEqual([json.loads(line) for line in lines.splitlines()],
                         [[14101, 2546, 2001, 2182, 1012], [], [103]])
        path = self.root / "lines.txt"
        path.write_text("Zipf was here.")
        self.assertEqual(self.ok("tokenize", "--model", DEMO_MODEL, path).stdout.splitlines(),
                         lines.splitlines()[:1])
        corpus = self.ok("tokenize", "--model", DEMO_MODEL, "--corpus", self.corpus).stdout
        self.assertEqual(len(corpus.splitlines()), 12)

    def test_figures_are_drawn_again_from_the_tables(self):
        out = self.root / "again"
        self.ok(*self.study_arguments(out=out), "--quiet")
        first = {path.name: path.read_bytes() for path in (out / "figures").iterdir()}
        page = (out / "report.html").read_bytes()
        self.ok("figures", out, "--formats", "svg", "--quiet")
        self.assertEqual(first, {path.name: path.read_bytes() for path in (out / "figures").iterdir()})
        self.assertEqual(page, (out / "report.html").read_bytes())
        self.ok("figures", out, "--formats", "svg", "--profile-layer", 0, "--out", self.root / "other")
        self.assertNotEqual(first["part5d.svg"], (self.root / "other/part5d.svg").read_bytes())
        self.assertEqual(first["part4b.svg"], (self.root / "other/part4b.svg").read_bytes())

    def test_random_models_are_the_same_for_a_seed(self):
        weights = []
        for name, seed in (("r1", 7), ("r2", 7), ("r3", 8)):
            self.ok("model", "random", "--like", self.root / "config.json", "--seed", seed,
                    "--out", self.root / name)
            weights.append((self.root / name / "model.safetensors").read_bytes())
        self.assertEqual(weights[0], weights[1])
        self.assertNotEqual(weights[0], weights[2])

    def test_interruption_leaves_nothing(self):
        out = self.root / "interrupted"
        process = subprocess.Popen(
            [ZIPFLENS, "study", "--model", DEMO_MODEL, "--corpus", DEMO_CORPUS, "--out", out],
            stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        while "Batch" not in (line := process.stdout.readline()) and "Most frequent" not in line:
            self.assertTrue(line, "the study ended too early")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("interrupted", errors)
        self.assertEqual([p.name for p in self.root.iterdir() if "interrupted" in p.name], [])

    def test_terminal_shows_a_line_that_is_rewritten_without_colour_if_asked(self):
        for no_colour in (False, True):
            out = self.root / f"terminal{no_colour}"
            master, slave = pty.openpty()
            env = {**os.environ, **({"NO_COLOR": "1"} if no_colour else {})}
            if not no_colour:
                env.pop("NO_COLOR", None)
            process = subprocess.Popen([ZIPFLENS, *map(str, self.study_arguments(out=out))], env=env,
                                       stdout=subprocess.DEVNULL, stderr=slave)
            os.close(slave)
            text = b""
            while True:
                try:
                    data = os.read(master, 4096)
                except OSError:
                    break
                if not data:
                    break
                text += data
            self.assertEqual(process.wait(), 0)
            self.assertIn(b"encode: 4 of 4", text)
            self.assertIn(b"\r\033[K", text)
            self.assertEqual(b"\033[33m" in text, not no_colour, text)


if __name__ == "__main__":
    unittest.main()
