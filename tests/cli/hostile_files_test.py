"""Files that are no files, and small files that hold too much: refused in words within seconds and little memory."""

import bz2
import gzip
import json
import os
import pathlib
import resource
import shutil
import socket
import subprocess
import unittest

import pyarrow as pa
import pyarrow.parquet as pq

from tests.cli.program import DEMO_MODEL, ZIPFLENS, ProgramTest, run

MOST_SECONDS = 10
MOST_BYTES = 1 << 30


def processor_seconds():
    """Of all programs that ended: what a test takes does not depend on what else the machine does."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def write_in_blocks(file, head, block, times, tail):
    file.write(head)
    for _ in range(times):
        file.write(block)
    file.write(tail)


def write_zstd(path, head, block, times, tail):
    with pa.output_stream(str(path), compression="zstd") as file:
        write_in_blocks(file, head, block, times, tail)


class NotRegular(ProgramTest):
    """FIFOs, folders, devices and sockets in every place where a file is named."""

    def special_files(self, name):
        for kind in ("fifo", "folder", "device", "socket"):
            path = self.root / kind / name
            path.parent.mkdir(exist_ok=True)
            if kind == "fifo":
                os.mkfifo(path)
            elif kind == "folder":
                path.mkdir()
            elif kind == "device":
                path.symlink_to("/dev/zero")
            else:
                listener = socket.socket(socket.AF_UNIX)
                self.addCleanup(listener.close)
                here = os.getcwd()
                os.chdir(path.parent)  # a socket's path may have 107 bytes
                listener.bind(name)
                os.chdir(here)
            yield kind, path
            shutil.rmtree(path.parent)

    def refuse(self, arguments, *fragments):
        begin = processor_seconds()
        found = subprocess.run([ZIPFLENS, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                               check=False, timeout=60)
        self.assertIn(found.returncode, (1, 2), found.stderr)
        self.assertLess(processor_seconds() - begin, MOST_SECONDS)
        self.assertNotIn("a bug in zipflens", found.stderr)
        for fragment in fragments:
            self.assertIn(str(fragment), found.stderr)

    def words(self, kind):
        return {"fifo": "FIFO", "device": "device"}.get(kind, kind)

    def test_corpora(self):
        for name in ("corpus.txt", "corpus.txt.gz", "corpus.jsonl", "corpus.jsonl.zst", "corpus.parquet"):
            for kind, path in self.special_files(name):
                with self.subTest(name=name, kind=kind):
                    words = "no corpus file" if kind == "folder" else self.words(kind)
                    self.refuse(["count", "--model", DEMO_MODEL, "--corpus", path, "--out", self.root / "o.csv"], path, words)
                    self.refuse(["info", path], path, words)

    def test_models(self):
        for name in ("model.safetensors", "tokenizer.json", "config.json", "vocab.txt", "tokenizer_config.json"):
            for kind, path in self.special_files(name):
                for other in self.model.iterdir():
                    replaced = (name, "tokenizer.json") if name == "vocab.txt" else (name,)
                    if other.name not in replaced:
                        (path.parent / other.name).symlink_to(other)
                with self.subTest(name=name, kind=kind):
                    self.refuse(self.study_arguments(model=path.parent), name)

    def test_counts_checkpoints_and_texts(self):
        count = ["count", "--model", DEMO_MODEL, "--corpus", self.corpus, "--out", self.root / "o.csv"]
        for name in ("counts.csv", "counts.jsonl", "counts.parquet"):
            for kind, path in self.special_files(name):
                with self.subTest(name=name, kind=kind):
                    self.refuse([*self.study_arguments(), "--counts", path], path, self.words(kind))
        for kind, path in self.special_files("checkpoint"):
            with self.subTest(kind=kind):
                self.refuse([*count, "--checkpoint", path], path, self.words(kind))
        for kind, path in self.special_files("lines.txt"):
            with self.subTest(kind=kind):
                self.refuse(["tokenize", "--model", DEMO_MODEL, path], path, self.words(kind))

    def test_studies(self):
        made = run(*self.study_arguments(out=self.root / "made"))
        self.assertEqual(made.returncode, 0, made.stderr)
        names = [path.name for path in (self.root / "made").iterdir() if path.suffix in (".json", ".parquet")]
        self.assertIn("study.json", names)
        for name in names:
            for kind, path in self.special_files(name):
                for other in (self.root / "made").iterdir():
                    if other.name != name:
                        (path.parent / other.name).symlink_to(other)
                with self.subTest(name=name, kind=kind):
                    found = subprocess.run([ZIPFLENS, "figures", path.parent, "--out", path.parent / "drawn", "--formats",
                                            "svg"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                                           timeout=60)
                    self.assertNotIn("a bug in zipflens", found.stderr)
                    if found.returncode != 0:  # not every table is drawn
                        self.assertIn(name, found.stderr)
                    else:
                        self.assertNotEqual(name, "study.json")

    def test_standard_input_may_be_a_pipe(self):
        for name in ("-", "/dev/stdin"):
            found = run("tokenize", "--model", DEMO_MODEL, name, stdin="the cat\n")
            self.assertEqual((found.returncode, found.stdout), (0, "[1996, 4937]\n"), found.stderr)

    def test_a_line_that_is_typed_is_answered_at_once(self):
        process = subprocess.Popen(["stdbuf", "-oL", ZIPFLENS, "tokenize", "--model", DEMO_MODEL], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        process.stdin.write("cat\n")
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), "[4937]\n")
        process.communicate()


class Bombs(ProgramTest):
    """Small files that decompress to much more."""

    def measure(self, path, *options):
        process = subprocess.Popen([ZIPFLENS, "count", "--model", DEMO_MODEL, "--corpus", path, "--quiet", "--out",
                                    self.root / "o.csv", "--force", *options], stderr=subprocess.PIPE, text=True)
        message = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        self.assertLess(usage.ru_maxrss << 10, MOST_BYTES, path)
        return process.returncode, message, usage.ru_utime + usage.ru_stime

    def refuse(self, path, *fragments):
        code, message, seconds = self.measure(path)
        self.assertEqual(code, 1, message)
        for fragment in (path, *fragments):
            self.assertIn(str(fragment), message)
        self.assertLess(seconds, MOST_SECONDS)
        path.unlink()

    def test_lines_that_do_not_end(self):
        words = ("line 1: found a line of more than 64000000 bytes", "--max-document")
        block = b"the cat sat on a mat " * 5000
        for name in ("bomb.txt", "bomb.jsonl"):
            head, tail = (b'{"text": "', b'"}\n') if "json" in name else (b"", b"\n")
            parts = (head, block, 1500, tail)  # 157 MB
            with gzip.open(self.root / (name + ".gz"), "wb") as file:
                write_in_blocks(file, *parts)
            self.refuse(self.root / (name + ".gz"), *words)
            write_zstd(self.root / (name + ".zst"), *parts)
            self.refuse(self.root / (name + ".zst"), *words)
            (self.root / (name + ".bz2")).write_bytes(bz2.compress(b"a" * 150_000_000))
            self.refuse(self.root / (name + ".bz2"), *words)

    def test_json_of_many_small_values(self):
        """63 MB of numbers, objects, fields, nested arrays beside a text: right within memory and time."""
        values = {"numbers": (b"[", b"1," * 50_000, b"1]"), "objects": (b"[", b"{}," * 30_000, b"1]"),
                  "strings": (b"[", b'"",' * 30_000, b'""]'), "nested": (b"[", b"[[[1]]]," * 10_000, b"1]")}
        for name, (head, block, tail) in values.items():
            path = self.root / f"{name}.jsonl.gz"
            with gzip.open(path, "wb", compresslevel=1) as file:
                write_in_blocks(file, b'{"text": "the cat", "x": ' + head, block, 63_000_000 // len(block), tail + b"}\n")
            code, message, seconds = self.measure(path)
            self.assertEqual((code, message), (0, ""), name)
            self.assertLess(seconds, MOST_SECONDS, name)
        path = self.root / "fields.jsonl"
        with open(path, "w", encoding="utf-8") as file:
            file.write("{" + "".join(f'"{i:x}":1,' for i in range(5_000_000)) + '"text": "the cat"}\n')
        code, message, seconds = self.measure(path)
        self.assertEqual((code, message), (0, ""))
        self.assertLess(seconds, MOST_SECONDS)
        self.refuse_columns(path)

    def refuse_columns(self, path):
        found = run("info", path, "--json")
        self.assertEqual(found.returncode, 0, found.stderr)
        columns = json.loads(found.stdout)["columns"]
        self.assertEqual((len(columns), columns[-1]), (10_001, "..."))

    def test_a_bad_long_line_is_left_out(self):
        path = self.root / "lines.txt"
        path.write_bytes(b"the cat\n" + b"x" * 2000 + b"\nthe dog\n" + b"y" * 1000 + b"\n")
        found = run("tokenize", "--model", DEMO_MODEL, "--corpus", path, "--skip-bad-lines", "--max-document", "1kB")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(found.stdout.count("\n"), 3)
        self.assertIn("line 2", found.stderr)
        self.assert_fails(["tokenize", "--model", DEMO_MODEL, "--corpus", path, "--max-document", "1kB"], 1, "line 2",
                          "more than 1000 bytes")
        self.assert_fails(["tokenize", "--model", DEMO_MODEL, "--corpus", path, "--max-document", "2GB"], 2, "--max-document")

    def test_the_option_lets_long_lines_in(self):
        path = self.root / "long.jsonl"
        path.write_text(json.dumps({"text": "cat " * 20_000_000}) + "\n")
        code, message, _ = self.measure(path, "--max-document", "100MB")
        self.assertEqual((code, message), (0, ""))

    def test_many_short_lines_take_no_memory(self):
        path = self.root / "short.txt.gz"
        with gzip.open(path, "wb") as file:
            write_in_blocks(file, b"", b"a\n" * 500_000, 30, b"")
        code, message, _ = self.measure(path)
        self.assertEqual((code, message), (0, ""))


class CountsInParquet(ProgramTest):
    def counts(self, **columns):
        path = self.root / "counts.parquet"
        pq.write_table(pa.table(columns), path)
        found = run(*self.study_arguments(out=self.root / "counted"), "--counts", path, "--force")
        self.assertNotIn("a bug in zipflens", found.stderr)
        return found

    def test_a_nested_column_before_those_wanted(self):
        ids = list(range(30522))
        nested = [{"id": 5, "count": 7, "list": [1, 2]} for _ in ids]
        found = self.counts(meta=nested, id=ids, more=[[1]] * len(ids), count=[i + 1 for i in ids])
        self.assertEqual(found.returncode, 0, found.stderr)
        found = self.counts(id=nested, count=[1] * len(ids))
        self.assertEqual(found.returncode, 1)
        self.assertIn("column id: found type struct", found.stderr)

    def test_a_column_that_comes_twice(self):
        path = self.root / "twice.parquet"
        pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], ["id", "id", "count"]), path)
        self.assert_fails([*self.study_arguments(), "--counts", path], 1, 'more than one column "id"')

    def test_every_integer_and_string_type(self):
        tokens = (DEMO_MODEL / "vocab.txt").read_text(encoding="utf-8").split("\n")[:30522]
        for integer in (pa.uint16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64()):
            for string in (pa.string(), pa.large_string(), pa.string_view()):
                found = self.counts(id=pa.array(range(30522), integer), count=pa.array([3] * 30522, integer),
                                    token=pa.array(tokens, string))
                self.assertNotIn("found type", found.stderr)

    def test_many_rows_in_few_bytes(self):
        path = self.root / "rows.parquet"
        many = 20_000_000
        pq.write_table(pa.table({"id": pa.array([1] * many, pa.int32()), "count": pa.array([1] * many, pa.int32())}), path,
                       row_group_size=many)
        begin = processor_seconds()
        self.assert_fails([*self.study_arguments(), "--counts", path], 1, "row 1: found id 1 again")
        self.assertLess(processor_seconds() - begin, MOST_SECONDS)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    unittest.main()
