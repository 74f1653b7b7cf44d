"""Whatever a file holds, a message is one line of UTF-8 that a terminal only shows."""

import hashlib
import json
import os
import shutil
import struct
import subprocess
import unicodedata
import unittest

from tests.cli.program import DEMO_MODEL, SMALL_CONFIG, ZIPFLENS, ProgramTest, run

HOSTILE = "a\x1b[31m\x00\x9b2J\u202e\u2066\u2028\u200b\x7fb"
LONGEST = 6000  # bytes of a whole message; each of its parts is cut at 1,000


class Messages(ProgramTest):
    def output(self, *arguments, code=1):
        """Standard output and error as text, after the program ended with `code`."""
        return "".join(self.outputs(*arguments, code=code))

    def outputs(self, *arguments, code):
        found = subprocess.run([ZIPFLENS, *map(os.fsencode, map(str, arguments))], capture_output=True, timeout=60)
        text = (found.stdout + found.stderr).decode("utf-8")  # strictly
        self.assertEqual(found.returncode, code, text[:LONGEST])
        self.assertNotIn("a bug in zipflens", text)
        for character in text:
            shown = character == "\n" or (unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp", "Cs"))
            self.assertTrue(shown, f"{character!r} in {text[:LONGEST]!r}")
        return found.stdout.decode(), found.stderr.decode()

    def message(self, *arguments, code=1):
        text = self.outputs(*arguments, code=code)[1]
        self.assertLess(len(text), LONGEST)
        self.assertEqual(text.count("\n"), 1, text)
        return text

    def folder(self, name, **files):
        """The small model with files replaced."""
        path = self.root / name
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.model, path)
        for file, content in files.items():
            (path / file.replace("_", ".", 1)).write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def with_header(self, name, header):
        text = header if isinstance(header, bytes) else json.dumps(header, ensure_ascii=False).encode()
        return self.folder(name, model_safetensors=struct.pack("<Q", len(text)) + text)

    def capture(self, model):
        return self.message("capture", "--model", model, "--corpus", self.corpus, "--sequences", 1,
                            "--sequence-length", 8, "--quiet", "--out", self.root / "captured")

    # Deep values, large values, numbers

    def test_deep_json_anywhere_is_refused(self):
        corpus = self.root / "corpus.txt"
        corpus.write_text("the cat\n")
        for depth in (300, 100_000, 1_000_000):
            deep = "[" * depth + "]" * depth
            for text in (deep, f'{{"x":{deep}}}', '{"x":' * depth + "1" + "}" * depth):
                self.assertIn("deeper than 256", self.capture(self.with_header("deep", text.encode())))
                model = self.folder("deep", config_json=text)
                self.assertIn("deeper than 256", self.message("info", model))
                model = self.folder("deep", tokenizer_json=text)
                self.assertIn("deeper than 256", self.message("tokenize", "--model", model, corpus))
                counts = self.root / "deep.jsonl"
                counts.write_text(f'{{"id":1,"count":{text}}}\n')
                self.assertIn("deeper than 256", self.message(*self.study_arguments(), "--counts", counts))
                checkpoint = self.root / "deep.checkpoint"
                checkpoint.write_text(text)
                self.assertIn("deeper than 256", self.count(corpus, "--checkpoint", checkpoint))
                study = self.root / "deep-study"
                study.mkdir(exist_ok=True)
                (study / "study.json").write_text(text)
                self.assertIn("deeper than 256", self.message("info", study))
                self.assertIn("deeper than 256", self.message("info", study, "--json"))
        model = self.folder("deep")
        (model / "model.safetensors").unlink()
        (model / "model.safetensors.index.json").write_text('{"weight_map":{"a":' + "[" * 1000 + "]" * 1000 + "}}")
        self.assertIn("deeper than 256", self.capture(model))

    def test_number_beyond_double_is_bad_input(self):
        for number in ("1e400", "9" * 400):
            text = f'{{"x":{number}}}'
            self.assertIn("overflow", self.message("info", self.folder("number", config_json=text)))
            self.assertIn("overflow", self.capture(self.with_header("number", text.encode())))
            model = self.folder("number", tokenizer_json=text)
            self.assertIn("overflow", self.message("tokenize", "--model", model, self.corpus))

    def test_values_of_any_type_and_size_are_cut(self):
        for value in ("x" * 5_000_000, ["x"] * 500_000, HOSTILE * 1000):
            self.assertIn("tensor a", self.capture(self.with_header("large", {"a": value})))
            for field in ("hidden_size", "layer_norm_eps", "position_embedding_type", "hidden_act", "model_type"):
                model = self.folder("large", config_json=json.dumps({**SMALL_CONFIG, field: value}))
                self.assertIn(field, self.message("info", model))

    # Raw bytes

    def test_tensor_names_and_header_bytes(self):
        self.assertIn("\\x1b[31m", self.capture(self.with_header("raw", {HOSTILE: 1})))
        self.assertIn("malformed", self.capture(self.with_header("raw", b'{"a\xff": 1}')))

    def test_cells_columns_and_fields_of_counts(self):
        for name, text in (("a.csv", f"id,token,{HOSTILE}\n0,x,1\n"), ("b.csv", f"id,count\n0,{HOSTILE}\n"),
                           ("c.csv", f"id,token,count\n0,{HOSTILE},1\n"),
                           ("d.jsonl", json.dumps({"id": 0, "count": HOSTILE}))):
            (self.root / name).write_text(text)
            self.assertIn("\\", self.message(*self.study_arguments(), "--counts", self.root / name))

    def test_file_names_of_any_bytes(self):
        for name in (b"a\nb\x1b[31m.txt", b"\xff\xfe.txt", "\u202egpj.txt".encode(), b"x" * 200 + b"\x9b.txt"):
            path = os.fsdecode(os.path.join(os.fsencode(self.root), name))
            with open(path, "wb") as file:
                file.write(b"the cat sat\n")
            self.assertIn("\\", self.output("info", path, code=0))
            document = json.loads(self.output("info", path, "--json", code=0))
            self.assertEqual(document["kind"], "corpus")
            out = self.root / "named.csv"
            checkpoint = self.root / "named.checkpoint"
            self.output("count", "--model", DEMO_MODEL, "--corpus", path, "--out", out, "--force", "--checkpoint",
                        checkpoint, "--checkpoint-seconds", 0, code=0)
            self.output("count", "--model", DEMO_MODEL, "--corpus", path, "--out", path + ".csv", "--force", "--json",
                        code=0)
            self.assertIn("\\", self.message("info", path + ".none"))
            with open(path, "wb") as file:
                file.write(b"the\n\xff\n")
            self.assertIn("line 2, byte 0", self.message("tokenize", "--model", DEMO_MODEL, path))
            os.unlink(path + ".csv")
            os.unlink(path)

    def test_records_of_a_corpus_are_shown_as_text(self):
        path = self.root / "record.jsonl"
        path.write_text(json.dumps({"text": HOSTILE, HOSTILE: "x"}) + "\n")
        self.assertIn("\\x1b[31m", self.output("info", path, code=0))
        document = json.loads(self.output("info", path, "--json", code=0))
        self.assertEqual(document["record_0"]["text"], HOSTILE)

    def test_options(self):
        self.message("info", self.root / ("x" * 4000 + HOSTILE.replace("\0", "")))
        self.message(*self.study_arguments(), "--layers", "\x1b[31m", code=2)

    # Checkpoints

    def count(self, corpus, *more, code=1):
        return self.output("count", "--model", DEMO_MODEL, "--corpus", corpus, "--out", self.root / "counts.csv", "--quiet",
                           "--force", *more, code=code)

    def test_a_checkpoint_that_does_not_fit_is_damaged(self):
        """Each field missing or of another type or value, under a digest that fits: anyone can compute it."""
        corpus = self.root / "resumed.txt"
        corpus.write_text("the cat sat on the mat\n" * 50)
        good = self.good_checkpoint(corpus)
        self.assertEqual(self.resumed(corpus, good, code=0).count("Tokens:"), 1)
        cases = [("kind", 5), ("kind", None), ("identity", None), ("identity", []), ("counts", {}), ("counts", [1, 2]),
                 ("counts", [-1] * len(good["counts"])), ("counts", [0.5] * len(good["counts"])),
                 ("counts", [2**63] * len(good["counts"])), ("first_bad_line", 3), ("tokens", good["tokens"] + 1),
                 ("next_document", 51), ("next_document", 2**63), ("documents", good["next_document"] + 1),
                 ("first_document_tokens", good["tokens"] + 1)]
        cases += [(field, value) for field in ("next_document", "documents", "tokens", "first_document_tokens",
                                               "bad_lines", "replacements")
                  for value in (-1, 1.5, "1", None, [])]
        for field, value in cases:
            text = self.resumed(corpus, {**good, field: value})
            self.assertIn("damage", text, f"{field} {value}")
            self.assertLess(len(text), LONGEST)
        for field in good:
            self.assertIn("damage", self.resumed(corpus, {k: v for k, v in good.items() if k != field}), field)
        for raw in ("5", "[]", '{"kind": 5}', '{"kind":"zipflens count checkpoint 1","sha256":5}', ""):
            (self.root / "bad.checkpoint").write_text(raw)
            self.count(corpus, "--checkpoint", self.root / "bad.checkpoint")

    def good_checkpoint(self, corpus):
        """The fields of the checkpoint of an interrupted count."""
        part = self.root / "part.checkpoint"
        for _ in range(200):
            process = subprocess.Popen([ZIPFLENS, "count", "--model", DEMO_MODEL, "--corpus", corpus, "--out",
                                        self.root / "part.csv", "--force", "--checkpoint", part,
                                        "--checkpoint-seconds", "0"], stderr=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL)
            while process.poll() is None:
                if part.exists():
                    process.kill()
            process.wait()
            if part.exists():
                break
        self.assertTrue(part.exists(), "no count could be interrupted")
        for left in self.root.glob(".part*"):
            left.unlink()
        return {k: v for k, v in json.loads(part.read_text()).items() if k != "sha256"}

    def resumed(self, corpus, checkpoint, code=1):
        text = json.dumps(checkpoint, separators=(",", ":"), ensure_ascii=False)
        signed = text[:-1] + f',"sha256":"{hashlib.sha256(text.encode()).hexdigest()}"}}'
        path = self.root / "bad.checkpoint"
        path.write_text(signed)
        return self.count(corpus, "--checkpoint", path, code=code)


if __name__ == "__main__":
    unittest.main()
