"""The limits of SECURITY.md: small files with great claims are refused in seconds and little memory, great numbers of small ones read."""

import gzip
import json
import os
import pathlib
import struct
import subprocess
import time
import unittest

import pyarrow as pa
import pyarrow.parquet as pq

from tests.cli.program import DEMO_MODEL, ZIPFLENS, ProgramTest

MOST_SECONDS = 10
MOST_BYTES = 1 << 30
CLAIM = 100_000_000_000  # bytes


class LimitsTest(ProgramTest):
    def run_limited(self, arguments, expected_codes=(1,), most_bytes=MOST_BYTES, directory=None):
        """Runs the program; returns its message. Its time and memory are bounded."""
        process = subprocess.Popen([ZIPFLENS, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, cwd=directory)
        message = process.stderr.read()
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertIn(process.returncode, expected_codes, message[:2000])
        self.assertNotIn("a bug in zipflens", message)
        self.assertLess(usage.ru_utime + usage.ru_stime, MOST_SECONDS, message[:200])
        self.assertLess(usage.ru_maxrss << 10, most_bytes, message[:200])
        self.assertLess(len(message), 20_000)
        return message

    def count(self, *corpus, **more):
        return self.run_limited(["count", "--model", DEMO_MODEL, "--corpus", *corpus, "--quiet", "--force", "--out",
                                 self.root / "out.csv"], **more)

    def study_with(self, name, content):
        """Runs a study of the model with one file replaced; returns the message."""
        folder = self.root / "model_with"
        folder.mkdir(exist_ok=True)
        for other in [*folder.iterdir()]:
            other.unlink()
        for other in self.model.iterdir():
            if other.name != name:
                (folder / other.name).symlink_to(other)
        (folder / name).write_bytes(content)
        return self.run_limited(self.study_arguments(model=folder))


class GreatClaims(LimitsTest):
    """A claim of 100 GB in a file of a few bytes allocates nothing."""

    FEW_BYTES = 200 << 20

    def test_safetensors(self):
        def file(header):
            return struct.pack("<Q", len(header)) + header

        tensor = {"dtype": "F32", "shape": [CLAIM // 4], "data_offsets": [0, CLAIM]}
        for content in (struct.pack("<Q", CLAIM) + b"{}", struct.pack("<Q", 2**64 - 1) + b"{}",
                        file(json.dumps({"a": tensor}).encode()),
                        file(json.dumps({"a": {**tensor, "shape": [2**62, 2**62], "data_offsets": [0, 0]}}).encode())):
            self.assertIn("model.safetensors", self.study_with("model.safetensors", content))

    def test_config(self):
        config = json.loads((self.model / "config.json").read_text())
        for field in ("vocab_size", "num_hidden_layers", "hidden_size", "intermediate_size", "max_position_embeddings"):
            content = json.dumps({**config, field: 2**31 - 1 - (2**31 - 1) % config["num_attention_heads"]}).encode()
            message = self.study_with("config.json", content)
            if field == "num_hidden_layers":
                self.assertIn("num_hidden_layers: found 2147483646; expected at most 10000", message)

    def test_gzip_that_states_a_length(self):
        content = bytearray(gzip.compress(b"the cat\n"))
        content[-4:] = struct.pack("<I", 2**32 - 1)
        path = self.root / "claim.txt.gz"
        path.write_bytes(content)
        self.assertIn("claim.txt.gz", self.count(path, most_bytes=self.FEW_BYTES))

    def test_zstandard_that_states_a_length_and_a_window(self):
        # A frame with a content size of 8 bytes, a window of 2 GiB, and one block that ends it.
        window_of_2_gib = (31 - 10) << 3
        for descriptor, fields in ((0xC0, bytes([window_of_2_gib]) + struct.pack("<Q", CLAIM)), (0xE0, struct.pack("<Q", CLAIM))):
            path = self.root / "claim.txt.zst"
            path.write_bytes(struct.pack("<IB", 0xFD2FB528, descriptor) + fields + b"\x41\x00\x00the cat\n")
            self.assertIn("claim.txt.zst", self.count(path, most_bytes=self.FEW_BYTES))

    def test_parquet(self):
        path = self.root / "claim.parquet"
        pq.write_table(pa.table({"text": ["the cat"], "id": [1], "count": [1]}), path, compression="none", use_dictionary=False)
        whole = path.read_bytes()
        length = struct.unpack("<I", whole[-8:-4])[0]
        for footer_length in (2**31 - 1, 2**32 - 1, len(whole)):
            path.write_bytes(whole[:-8] + struct.pack("<I", footer_length) + whole[-4:])
            self.assertIn("claim.parquet", self.count(path, most_bytes=self.FEW_BYTES))
        # The length of the text in its page: 7, as 4 bytes.
        place = whole.index(struct.pack("<I", 7) + b"the cat")
        path.write_bytes(whole[:place] + struct.pack("<I", 2**31 - 1) + whole[place + 4:])
        self.assertIn("claim.parquet", self.count(path, most_bytes=self.FEW_BYTES))
        self.assertGreater(length, 0)


class GreatDepth(LimitsTest):
    def test_json(self):
        deep = [b"[" * 200_000, b'{"a":' * 200_000, b'{"text":"x","y":' + b"[" * 150_000 + b"]" * 150_000 + b"}"]
        for content in deep:
            for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
                self.assertIn(name, self.study_with(name, content))
            header = struct.pack("<Q", len(content)) + content
            self.assertIn("model.safetensors", self.study_with("model.safetensors", header))
            for name in ("deep.jsonl", "counts.jsonl"):
                (self.root / name).write_bytes(content + b"\n")
            self.assertIn("deep.jsonl", self.count(self.root / "deep.jsonl"))
            self.assertIn("counts.jsonl", self.run_limited([*self.study_arguments(), "--counts", self.root / "counts.jsonl"]))
            study = self.root / "deep_study"
            study.mkdir(exist_ok=True)
            (study / "study.json").write_bytes(content)
            self.assertIn("study.json", self.run_limited(["figures", study]))

    def test_yaml(self):
        folder = self.root / "cards"
        folder.mkdir()
        (folder / "a.txt").write_text("the cat\n")
        deep = "- " * 50_000
        aliases = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40))
        for configs in (f"configs:\n{deep}x", "configs: " + "[" * 100_000, f"{aliases}configs: *a39", "configs: " + "{a: " * 100_000):
            (folder / "README.md").write_text(f"---\n{configs}\n---\n")
            self.assertIn("README.md", self.count(f"{folder}:train"))

    def test_folders(self):
        here, fd = os.getcwd(), os.open(self.root, os.O_RDONLY)
        try:
            for _ in range(1500):
                os.mkdir("d", dir_fd=fd)
                inner = os.open("d", os.O_RDONLY, dir_fd=fd)
                os.close(fd)
                fd = inner
            self.count(self.root / "d")
        finally:
            os.chdir(here)
            os.close(fd)
            subprocess.run(["rm", "-rf", self.root / "d"], check=True)


class GreatNumbers(LimitsTest):
    def test_columns(self):
        """A schema of 20,000 columns is read for those that are wanted; a header of CSV with a million is refused."""
        names = [f"c{i}" for i in range(20_000)]
        path = self.root / "columns.parquet"
        pq.write_table(pa.table({**{name: [1] for name in names}, "text": ["the cat"]}), path)
        self.count(path, expected_codes=(0,))
        self.run_limited(["count", "--model", DEMO_MODEL, "--corpus", path, "--text-column", "absent", "--out",
                          self.root / "out.csv", "--force"])
        counts = self.root / "columns.csv"
        counts.write_text("".join(f"c{i}," for i in range(1_000_000)) + "id,count\n" + "," * 1_000_000 + "5,7\n")
        message = self.run_limited([*self.study_arguments(), "--counts", counts])
        self.assertIn("line 1: found more than 10000 columns", message)
        counts.write_text('"a\n""b",' + "c," * 9_000 + "id,count\n" + "," * 9_001 + "5,7\n")
        self.run_limited([*self.study_arguments(), "--counts", counts], expected_codes=(0, 1))

    def test_fields_of_a_record(self):
        path = self.root / "fields.jsonl"
        path.write_text("{" + "".join(f'"f{i}":0,' for i in range(1_000_000)) + '"text":"the cat"}\n')
        self.count(path, expected_codes=(0,))

    def test_globs_and_names(self):
        for pattern in ("*/" * 60_000, "[a/" * 30_000, "/" * 100_000 + "*", "*a" * 2000 + "b", "x" * 4096, "x" * 100_000,
                        ("y" * 255 + "/") * 16, "a:" * 2000 + "train", "[" * 5000 + "]" * 5000):
            self.count(pattern)

    def test_names_of_the_longest_length(self):
        """A path of nearly 4,096 bytes in folders of 255 is read by its relative name."""
        folder, fd = self.root / ("n" * 255), os.open(self.root, os.O_RDONLY)
        for _ in range(14):
            os.mkdir("n" * 255, dir_fd=fd)
            inner = os.open("n" * 255, os.O_RDONLY, dir_fd=fd)
            os.close(fd)
            fd = inner
        with open(os.open("a.txt", os.O_WRONLY | os.O_CREAT, dir_fd=fd), "w", encoding="utf-8") as file:
            file.write("the cat\n")
        os.close(fd)
        self.count(folder, expected_codes=(0,))
        for _ in range(20):  # beyond PATH_MAX
            deep = "/".join(["n" * 255] * 20)
        self.count(self.root / deep)

    def test_many_files(self):
        """As many as can be made in seconds; the time per file must not grow with their number."""
        folder = self.root / "many"
        folder.mkdir()
        seconds = []
        made = 0
        for total in (20_000, 80_000):
            for i in range(made, total):
                (folder / f"{i}.txt").touch()
            made = total
            begin = time.process_time(), os.times().children_user + os.times().children_system
            self.count(folder / "*.txt", expected_codes=(0, 1))
            seconds.append(os.times().children_user + os.times().children_system - begin[1])
        self.assertLess(seconds[1], 4 * seconds[0] * 2 + 1)


if __name__ == "__main__":
    unittest.main()
