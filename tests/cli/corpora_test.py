"""Corpora of every kind through the program: compression, standard input, paths of fields, bad lines, info."""

import bz2
import gzip
import json
import os
import subprocess
import unittest

from tests.cli.program import DEMO_MODEL, ZIPFLENS, ProgramTest, run, write_parquet

import pyarrow as pa


def zstd(data):
    return pa.compress(data, codec="zstd", asbytes=True)


COMPRESSIONS = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".zst": zstd}


class Corpora(ProgramTest):
    def write(self, name, data):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def info(self, *arguments, data=None, code=0):
        """`info --json` of a corpus, or the error message."""
        found = subprocess.run([ZIPFLENS, "info", "--json", *map(str, arguments)], input=data or b"",
                               capture_output=True)
        self.assertEqual(found.returncode, code, found.stderr)
        return json.loads(found.stdout) if code == 0 else found.stderr.decode()

    def ids(self, *arguments, data=None):
        found = subprocess.run([ZIPFLENS, "tokenize", "--model", DEMO_MODEL, "--corpus", *map(str, arguments)],
                               input=data or b"", capture_output=True)
        self.assertEqual(found.returncode, 0, found.stderr)
        return found.stdout.splitlines()

    def test_every_compression_from_files_and_standard_input(self):
        records = [{"n": i, "data": {"body": f"the cat number {i} \u00e9\u4e16 " * (i % 7)}} for i in range(3000)]
        lines = "".join(json.dumps(record, ensure_ascii=i % 2 == 0) + "\n" for i, record in enumerate(records)).encode()
        texts = "".join(record["data"]["body"] + "\n" for record in records).encode()
        expected = self.ids(self.write("plain/texts.txt", texts))
        self.assertEqual(len(expected), len(records))
        for ending, compress in COMPRESSIONS.items():
            with self.subTest(ending):
                path = self.write(f"packed/lines.jsonl{ending}", compress(lines))
                self.assertEqual(self.ids(path, "--text-field", "data.body"), expected)
                self.assertEqual(self.ids("-", "--format", "jsonl", "--text-field", "data.body",
                                          data=compress(lines)), expected)
                self.assertEqual(self.ids("-", "--format", "text", data=compress(texts)), expected)
                path.unlink()

    def test_bzip2_of_several_streams_cut_and_damaged(self):
        text = "".join(f"line {i}\n" for i in range(200_000)).encode()
        expected = {"rows": 200_000, "record_0": {"text": "line 0"}}
        streams = bz2.compress(text[:700_000], 1) + bz2.compress(b"") + bz2.compress(text[700_000:])
        found = self.info(self.write("b.txt.bz2", streams), "--count-rows")
        self.assertEqual({key: found[key] for key in expected}, expected)
        for name, data in (("cut", streams[:-1]), ("short", streams[:7]), ("garbage", streams + b"junk"),
                           ("damaged", streams[:2000] + b"\x00\x00\x00" + streams[2003:])):
            message = self.info(self.write(f"{name}.txt.bz2", data), "--count-rows", code=1)
            self.assertRegex(message, f"{name}.txt.bz2: compressed byte .* expected a whole bzip2 file")

    def test_paths_of_fields(self):
        line = {"a.b": "whole name", "a": {"b": "path", "b.c": "deep", "x": {"y": 5}}, "b": [1]}
        path = self.write("paths.jsonl", (json.dumps(line) + "\n").encode())
        for field, text in (("a.b", "whole name"), ("a.b.c", "deep")):
            self.assertEqual(self.ids(path, "--text-field", field),
                             run("tokenize", "--model", DEMO_MODEL, stdin=text + "\n").stdout.encode().splitlines())
        for field in ("a.x", "a.x.y", "a.c", "b.0", "a.", ".b", "a..b"):
            found = run("tokenize", "--model", DEMO_MODEL, "--corpus", path, "--text-field", field)
            self.assertEqual(found.returncode, 1, field)
            self.assertIn("paths.jsonl: line 1", found.stderr)

    def test_large_numbers_are_no_errors(self):
        path = self.write("numbers.jsonl", b'{"id": 123456789012345678901234567890, "text": "the cat"}\n'
                                           b'{"id": -9223372036854775809, "text": "the cat"}\n')
        self.assertEqual(self.ids(path), [b"[1996, 4937]"] * 2)

    def test_bad_lines_stop_or_are_counted(self):
        good = b'{"text": "the cat"}\n'
        bad = [b"{", b"[1]", b'{"text": null}', b'{"txt": "a"}', b'{"text": "\xff"}', b'{"text": "\\ud800"}', b"nul",
               b'{"text": "a"} {"text": "b"}', b'{"text": 1e999}']
        for line in bad:
            path = self.write("bad.jsonl", good + line + b"\n" + good)
            out = self.root / "bad.csv"
            arguments = ["count", "--model", DEMO_MODEL, "--corpus", path, "--out", out, "--json"]
            self.assert_fails(arguments, 1, "bad.jsonl: line 2")
            found = run(*arguments, "--skip-bad-lines")
            self.assertEqual(found.returncode, 0, found.stderr)
            self.assertIn("warning: 1 bad lines were left out, the first: ", found.stderr)
            self.assertIn("bad.jsonl: line 2", found.stderr)
            summary = json.loads(found.stdout)
            self.assertEqual((summary["tokens"], summary["documents"], summary["bad_lines"]), (4, 2, 1), line)
            out.unlink()

    def test_bad_rows_of_parquet(self):
        path = write_parquet(self.root / "nulls.parquet", text=["the cat", None, "the cat"])
        self.assert_fails(["tokenize", "--model", DEMO_MODEL, "--corpus", path], 1, "row 1, column text")
        self.assertEqual(self.ids(path, "--skip-bad-lines"), [b"[1996, 4937]"] * 2)
        found = run("tokenize", "--model", DEMO_MODEL, "--corpus", path, "--skip-bad-lines")
        self.assertIn("warning: 1 bad lines were left out, the first: ", found.stderr)

    def test_invalid_utf8_is_replaced_as_python_replaces_it(self):
        raw = b"a\xff b\xe4\xb8 \xf0\x9f\x98 \xed\xa0\x80 end"
        replaced = raw.decode("utf-8", errors="replace")
        text = self.write("invalid.txt", raw + b"\n")
        lines = self.write("invalid.jsonl", b'{"text": "' + raw + b'"}\n')
        self.assertIn("invalid.txt: line 1, byte 1: found byte 0xFF", self.info(text, code=1))
        for path in (text, lines):
            self.assertEqual(self.info(path, "--invalid-utf8", "replace")["record_0"]["text"], replaced)
        out = self.root / "invalid.csv"
        found = run("count", "--model", DEMO_MODEL, "--corpus", text, "--out", out, "--json",
                    "--invalid-utf8", "replace")
        self.assertEqual(json.loads(found.stdout)["replacements"], replaced.count("\ufffd"), found.stderr)

    def test_formats_named_and_mixed(self):
        self.write("mixed/a.txt", b"the cat\n")
        self.write("mixed/b.jsonl", b'{"text": "the dog"}\n')
        other = self.write("c.data", b'{"text": "the dog"}\n')
        self.assertIn("found jsonl beside text", self.info(self.root / "mixed", code=1))
        self.assertEqual(self.ids(self.root / "mixed", "--format", "jsonl"), [b"[1996, 3899]"])
        self.assertEqual(self.ids(other, "--format", "jsonl"), [b"[1996, 3899]"])
        self.assertIn("--format", self.info(other, code=1))
        self.assertIn("no --format", self.info("-", code=1))
        self.assertIn("Parquet from standard input", self.info("-", "--format", "parquet", code=1))
        self.assertIn("standard input beside files", self.info("-", other, "--format", "jsonl", code=1))
        self.assertIn("standard input: found no document", self.info("-", "--format", "text", code=1))

    def test_info_of_files_rows_and_ranges(self):
        for i, rows in enumerate((30, 50)):
            write_parquet(self.root / f"info{i}.parquet", id=list(range(rows)), text=[f"text {i}"] * rows)
        pattern = self.root / "info[01].parquet"
        info = self.info(f"{pattern}:train[20:40]")
        self.assertEqual((info["rows"], info["columns"]), (20, ["id", "text"]))
        self.assertEqual(info["record_0"], {"id": "20", "text": "text 0"})
        self.assertEqual([(file["rows"], file["read"]) for file in info["files"]], [(30, [[20, 30]]), (50, [[0, 10]])])
        self.assertEqual(info["bytes"], sum(os.path.getsize(file["path"]) for file in info["files"]))
        info = self.info("-", "--format", "jsonl", data=b'{"x": 1, "text": "a"}\n')
        self.assertEqual((info["rows"], info["columns"]), (None, ["x", "text"]))
        self.assertEqual(info["record_0"], {"x": "1", "text": "a"})

    def test_count_shows_bytes_documents_and_tokens(self):
        path = self.write("progress.txt", b"the cat\n" * 1000)
        found = run("count", "--model", DEMO_MODEL, "--corpus", path, "--out", self.root / "progress.csv")
        self.assertRegex(found.stderr, r"count: 8\.0 kB of 8\.0 kB, 1000 documents, 2000 tokens")


if __name__ == "__main__":
    unittest.main()
