"""Degenerate studies end with tables, n/a with its reason, and figures that say so."""

import itertools
import json
import math
import os
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import numpy as np
import pyarrow.parquet as pq
from safetensors.numpy import load_file, save_file

from tests.cli.program import SMALL_CONFIG, ZIPFLENS, ProgramTest, run

TABLES = ["token_counts", "batch", "adjustments", "profiles", "score_samples", "correlations", "slopes",
          "explained", "split", "types", "pair_sums", "design_sums"]
FIGURES = ["part1", "part2", "part4a", "part4b", "part5a", "part5b", "part5_edges", "part5c", "part5d", "part6",
           "evidence_correlations", "part6_bands", "types", "slopes", "split"]
FEW = ["--permutations", 200, "--resamples", 200, "--formats", "svg", "--quiet", "--threads", 1]

# A vocabulary whose entries are hard to draw as labels.
HOSTILE = ["'", '"', "\\", "`", "{", "}", "@", "~", "%", "$", "#", "&", "<", ">", "^", "_", "|", "!", "''", "'}",
           "\u6f22", "\U0001F600", "\u202e", "\uffff", "\u0085"]
WORDS = ["the", "cat", "sat", "on", "mat", "dog", "ran", "far"]


def tokenizer(tokens):
    return {"version": "1.0", "truncation": None, "padding": None, "post_processor": None, "added_tokens": [],
            "normalizer": {"type": "BertNormalizer", "clean_text": False, "handle_chinese_chars": True,
                           "strip_accents": None, "lowercase": True},
            "pre_tokenizer": {"type": "BertPreTokenizer"}, "decoder": {"type": "WordPiece", "prefix": "##",
                                                                       "cleanup": True},
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                      "max_input_chars_per_word": 100, "vocab": {token: i for i, token in enumerate(tokens)}}}


class DegenerateTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *HOSTILE]
        cls.plain = cls.make_model("plain")
        cls.zero = cls.make_model("zero", weights=lambda name, value: np.zeros_like(value))
        cls.biased = cls.make_model("biased", weights=lambda name, value: np.full_like(value, 0.3)
                                    if name.endswith("bias") else np.zeros_like(value))
        cls.one_layer = cls.make_model("one-layer", num_hidden_layers=1, num_attention_heads=1)
        cls.uniform = cls.root / "uniform.csv"
        cls.uniform.write_text("id,count\n" + "".join(f"{i},7\n" for i in range(len(cls.tokens))))
        random = np.random.default_rng(0)
        cls.corpora = {
            "mixed": [" ".join(random.choice(WORDS, 40, p=[.4, .2, .1, .1, .05, .05, .05, .05])) for _ in range(5)],
            "once": [" ".join(random.permutation(WORDS)) for _ in range(4)],
            "one-type": ["the " * 40] * 4,
            "hostile": [" ".join(random.choice(HOSTILE[:20], 40)) for _ in range(5)],
        }
        for name, lines in cls.corpora.items():
            (cls.root / f"{name}.txt").write_text("\n".join(lines) + "\n")

    @classmethod
    def make_model(cls, name, weights=None, **config):
        """A random model of the small vocabulary, its tensors changed by `weights`(name, tensor)."""
        config = SMALL_CONFIG | {"vocab_size": len(cls.tokens)} | config
        source = cls.root / f"{name}-source"
        source.mkdir()
        (source / "config.json").write_text(json.dumps(config))
        (source / "tokenizer.json").write_text(json.dumps(tokenizer(cls.tokens)))
        made = run("model", "random", "--like", source / "config.json", "--seed", 1, "--tokenizer", source,
                   "--out", cls.root / name)
        assert made.returncode == 0, made.stderr
        if weights is not None:
            path = cls.root / name / "model.safetensors"
            tensors = {key: weights(key, value) for key, value in load_file(path).items()}
            save_file(tensors, path)
        return cls.root / name

    def study(self, *options, model=None, corpus="mixed", sequences=3, length=8):
        """Runs a study that has to end well; returns its folder, what was printed, and study.json."""
        out = self.root / "out"
        found = run("study", "--model", model or self.plain, "--corpus", self.root / f"{corpus}.txt", "--out", out,
                    "--force", "--sequences", sequences, "--sequence-length", length, *FEW, *options)
        label = f"{model and model.name} {corpus} {sequences}x{length} {options}"
        self.assertEqual(found.returncode, 0, f"{label}: {found.stderr}")
        return out, found.stdout, json.loads((out / "study.json").read_text())

    def assert_tables(self, out):
        for name in TABLES:
            table = pq.read_table(out / f"{name}.parquet")
            for column in table.columns:
                values = column.drop_null().to_pylist() if str(column.type) in ("float", "double") else []
                self.assertTrue(all(map(math.isfinite, values)), f"{name} holds NaN or infinity instead of null")
        text = (out / "study.json").read_text()
        json.loads(text, parse_constant=lambda name: self.fail(f"study.json: {name}"))

    def assert_figures(self, out, study):
        self.assertEqual(study["figures_not_drawn"], {})
        page = (out / "report.html").read_text()
        for name in FIGURES:
            svg = (out / "figures" / f"{name}.svg").read_text()
            self.assertIn(f'<figure id="{name}"', page)
            for path in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}path"):
                self.assertNotRegex(path.get("d"), "[nN]a[nN]|inf", name)

    def assert_n_a_has_a_reason(self, out, printed, study):
        """Where a number is n/a, the terminal and study.json say why."""
        table = pq.read_table(out / "correlations.parquet").to_pandas()
        whole = table[(table.sequence == -1) & (table["head"] == -1) & (table.method == "pearson")]
        if whole.estimate.isna().any():
            self.assertIn("n/a", printed)
            self.assertRegex(printed, r"r is not defined \(n/a\) for .*: .+")
            self.assertTrue(any("(n/a)" in warning for warning in study["study"]["warnings"]))
        else:
            self.assertNotIn("(n/a)", printed)

    def assert_degenerate(self, *options, reason=None, **choices):
        out, printed, study = self.study(*options, **choices)
        self.assert_tables(out)
        self.assert_figures(out, study)
        self.assert_n_a_has_a_reason(out, printed, study)
        if reason is not None:
            self.assertIn(reason, printed)
        again = run("figures", out, "--formats", "svg", "--out", self.root / "again", "--quiet")
        self.assertEqual(again.returncode, 0, again.stderr)
        for name in FIGURES:
            self.assertEqual((out / "figures" / f"{name}.svg").read_bytes(),
                             (self.root / "again" / f"{name}.svg").read_bytes(), name)
        for path in (self.root / "again").iterdir():
            path.unlink()
        (self.root / "again").rmdir()

    def test_all_counts_equal(self):
        self.assert_degenerate("--counts", self.uniform, reason="every token that takes part is equally frequent")

    def test_every_word_once(self):
        self.assert_degenerate(corpus="once", reason="equally frequent")

    def test_one_token_type(self):
        self.assert_degenerate(corpus="one-type", reason="equally frequent")

    def test_two_positions(self):
        self.assert_degenerate(length=2)

    def test_one_sequence(self):
        self.assert_degenerate(sequences=1)

    def test_everything_excluded(self):
        self.assert_degenerate("--exclude", "special,punctuation", corpus="hostile")
        (self.root / "signs.txt").write_text("\n".join(["! ' % ! & " * 8] * 4) + "\n")
        self.assert_degenerate("--exclude", "special,punctuation", corpus="signs", reason="no token takes part")
        self.assert_degenerate("--skip-positions", 6, length=8)

    def test_constant_layers(self):
        self.assert_degenerate(model=self.zero, reason="its values do not vary")
        self.assert_degenerate(model=self.zero, reason="zero vector")
        self.assert_degenerate(model=self.biased, reason="its values do not vary")

    def test_one_layer_and_one_head(self):
        self.assert_degenerate(model=self.one_layer)

    def test_one_bin_and_more_bins_than_pairs(self):
        self.assert_degenerate("--bins", 1, reason="it takes at least two bins")
        self.assert_degenerate("--bins", 1000, reason="bins")

    def test_hostile_tokens_are_labels(self):
        self.assert_degenerate(corpus="hostile", sequences=5, length=32)

    def test_crossed(self):
        """Kinds of degenerate input at once: a seeded choice of 24 of all combinations."""
        models = [self.plain, self.zero, self.biased, self.one_layer]
        corpora = ["mixed", "once", "one-type", "hostile"]
        options = [(), ("--smoothing", "laplace"), ("--bins", 1), ("--counts", self.uniform),
                   ("--null", "shuffled-tokens"), ("--exclude", "special,punctuation"),
                   ("--layers", 0), ("--skip-positions", 1)]
        crossed = list(itertools.product(models, corpora, options, [1, 2], [3, 8]))
        random = np.random.default_rng(16)
        for i in random.choice(len(crossed), 24, replace=False):
            model, corpus, chosen, sequences, length = crossed[i]
            with self.subTest(model=model.name, corpus=corpus, options=chosen, sequences=sequences, length=length):
                out, printed, study = self.study(*chosen, model=model, corpus=corpus, sequences=sequences,
                                                 length=length)
                self.assert_tables(out)
                self.assert_figures(out, study)
                if not {"--null", "--counts"} & set(map(str, chosen)):
                    self.assert_n_a_has_a_reason(out, printed, study)

    def assert_not_drawn(self, out, reason):
        """Some or all figures are not drawn, and everything says so; returns their names."""
        self.assert_tables(out)
        names = json.loads((out / "study.json").read_text())["figures_not_drawn"]
        page = (out / "report.html").read_text()
        self.assertEqual(page.count("This figure was not drawn."), len(names))
        for name, why in names.items():
            self.assertRegex(why, reason)
            self.assertNotIn(".part", why)
            self.assertFalse((out / "figures" / f"{name}.svg").exists(), name)
        for name in set(FIGURES) - set(names):
            self.assertTrue((out / "figures" / f"{name}.svg").exists(), name)
        return sorted(names)

    def study_under(self, out, **process):
        few = [str(option) for option in FEW if option != "--quiet"]
        return subprocess.run([ZIPFLENS, "study", "--model", self.plain, "--corpus", self.root / "mixed.txt", "--out",
                               out, "--force", "--sequences", "2", "--sequence-length", "8", *few],
                              capture_output=True, text=True, timeout=600, **process)

    def test_figures_that_cannot_be_drawn_cost_nothing_else(self):
        out = self.root / "out"
        fonts = self.root / "no-fonts.conf"
        fonts.write_text("<fontconfig></fontconfig>")
        found = self.study_under(out, env={**os.environ, "FONTCONFIG_FILE": str(fonts)})
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("not drawn", found.stderr)
        self.assertIn("not drawn", found.stdout)
        self.assertEqual(self.assert_not_drawn(out, "no font.*fonts-liberation"), sorted(FIGURES))
        # Drawn again with fonts: all figures exist, and no warning remains.
        again = run("figures", out, "--formats", "svg", "--quiet")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(json.loads((out / "study.json").read_text())["figures_not_drawn"], {})
        self.assertNotIn("not drawn.", (out / "report.html").read_text())

    def test_pictures_that_do_not_fit_the_disk_cost_no_other_picture(self):
        out, _, _ = self.study()
        pictures = sorted(path.stat().st_size for path in (out / "figures").glob("*.svg"))
        limit = pictures[len(pictures) // 2]

        def limited():
            import resource
            import signal
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        small = self.root / "small"
        found = subprocess.run([ZIPFLENS, "figures", out, "--formats", "svg", "--out", small], capture_output=True,
                               text=True, timeout=600, preexec_fn=limited)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertRegex(found.stderr, "not drawn.*(svg|csv): cannot be written")
        drawn = {path.stem for path in small.glob("*.svg")}
        self.assertTrue(drawn and drawn < set(FIGURES), drawn)
        for path in small.glob("*.svg"):
            self.assertEqual(path.read_bytes(), (out / "figures" / path.name).read_bytes())

    def test_figures_alone_fail_where_none_can_be_drawn(self):
        out, _, _ = self.study()
        before = (out / "figures" / "part1.svg").read_bytes()
        fonts = self.root / "no-fonts.conf"
        fonts.write_text("<fontconfig></fontconfig>")
        found = run("figures", out, "--formats", "svg", env={"FONTCONFIG_FILE": str(fonts)})
        self.assertEqual(found.returncode, 1)
        self.assertIn("no figure was drawn", found.stderr)
        self.assertEqual((out / "figures" / "part1.svg").read_bytes(), before)

    def test_values_that_are_not_finite_are_an_error(self):
        for value in (np.nan, np.inf, 3e38):
            name = f"bad-{value}"
            def weights(key, tensor, value=value):
                if key.endswith("layer.1.attention.self.query.weight"):
                    return np.full_like(tensor, value)
                return tensor
            model = self.make_model(name, weights=weights)
            found = run("study", "--model", model, "--corpus", self.root / "mixed.txt", "--out", self.root / "bad",
                        "--sequences", 2, "--sequence-length", 8, *FEW)
            self.assertEqual(found.returncode, 1)
            self.assertRegex(found.stderr, r"layer.?1")
            self.assertFalse((self.root / "bad").exists())


if __name__ == "__main__":
    unittest.main()
