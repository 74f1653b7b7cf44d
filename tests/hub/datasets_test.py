"""Data sets by name: configurations, splits, footers by ranges, only the shards that the rows are in."""

import io
import json
import unittest

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hub import hub_server
from tests.hub.hub_case import HubCase
from tests.hub.hub_server import Repo

DATA = "org/encyclopedia"
SHARDS = 5
CARD = """---
license: cc
dataset_info:
- config_name: en
  features: [{name: text}]
configs:
- config_name: en   # the large one
  data_files:
  - split: train
    path: en/train-*
  - split: "test"
    path:
    - 'en/test-*'
- config_name: de
  default: true
  data_files: "de/*.parquet"
---
# Encyclopedia
"""


def shard(first, count):
    """A Parquet file with long enough a text to be a large file and a footer."""
    buffer = io.BytesIO()
    texts = [f"document {i} " + "lorem ipsum dolor sit amet " * 3 for i in range(first, first + count)]
    pq.write_table(pa.table({"id": list(range(first, first + count)), "text": texts}), buffer, compression=None)
    return buffer.getvalue()


class Datasets(HubCase):
    def setUp(self):
        super().setUp()
        sizes = [100, 90, 110, 100, 101]
        starts = [sum(sizes[:i]) for i in range(SHARDS)]
        self.rows = sum(sizes)
        self.data = Repo({"README.md": CARD.encode(), "unrelated/huge.bin": b"x" * 9000,
                          "en/test-00000-of-00001.parquet": shard(1000, 50), "de/a.parquet": shard(2000, 60)})
        for i in range(SHARDS):
            self.data.files[f"en/train-0000{i}-of-0000{SHARDS}.parquet"] = shard(starts[i], sizes[i])
        self.hub.repos["datasets/" + DATA] = self.data
        self.fetch()  # the model

    def ids(self, corpus, *options, **more):
        """The first numbers in the documents that the program reads."""
        done = self.run_program("tokenize", "--model", "org/tiny-bert", "--corpus", corpus, *options, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [self.numbers[tuple(json.loads(line))] for line in done.stdout.splitlines()]

    @property
    def numbers(self):
        from tokenizers import Tokenizer
        tokenizer = Tokenizer.from_file(str(self.snapshot() / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        texts = [f"document {i} " + "lorem ipsum dolor sit amet " * 3 for i in range(2100)]
        encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
        return {tuple(e.ids): i for i, e in enumerate(encoded)}

    def bodies(self):
        """Large files that were asked for whole, and those asked for by ranges."""
        whole, ranges = set(), set()
        for _, _, path, headers in self.hub.requests:
            if "/large/datasets/" in path:
                (ranges if "Range" in headers else whole).add(path.split("?")[0].rsplit("/", 1)[1])
        return whole, ranges

    def test_a_percentage_touches_one_shard(self):
        count = round(self.rows / 100)
        self.assertEqual(self.ids(f"{DATA}:en:train[:1%]"), list(range(count)))
        whole, ranges = self.bodies()
        self.assertEqual(whole, {f"train-00000-of-0000{SHARDS}.parquet"})
        self.assertEqual(ranges, {f"train-0000{i}-of-0000{SHARDS}.parquet" for i in range(SHARDS)})
        self.assertFalse(self.hub.paths("unrelated|/de/|test-"))
        before = len(self.hub.requests)
        self.assertEqual(self.ids(f"{DATA}:en:train[:1%]"), list(range(count)))
        self.assertEqual(self.ids(f"{DATA}:en:train[5:9]", "--offline"), [5, 6, 7, 8])
        self.assertEqual(len(self.hub.requests), before, "all of it was in the cache")

    def test_rows_over_two_shards_and_from_the_end(self):
        self.assertEqual(self.ids(f"{DATA}:en:train[98:103]"), [98, 99, 100, 101, 102])
        self.assertEqual(self.ids(f"{DATA}:en:train[-3:]"), list(range(self.rows - 3, self.rows)))
        self.assertEqual(len(self.bodies()[0]), 3)

    def test_whole_splits_need_no_footers(self):
        self.assertEqual(self.ids(f"{DATA}:en:test"), list(range(1000, 1050)))
        self.assertEqual(self.ids(f"{DATA}:train"), list(range(2000, 2060)))  # the default configuration
        self.assertEqual(self.bodies()[1], set())

    def test_what_datasets_cached_is_found(self):
        import subprocess
        import sys
        code = (f"import huggingface_hub as h; h.snapshot_download({DATA!r}, repo_type='dataset', "
                "allow_patterns=['en/*', 'README.md'])")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                              env=self.environment(HF_HUB_DISABLE_XET="1", HF_HUB_DISABLE_TELEMETRY="1"))
        self.assertEqual(done.returncode, 0, done.stderr)
        before = len(self.hub.requests)
        self.assertEqual(self.ids(f"{DATA}:en:train[:1%]"), list(range(round(self.rows / 100))))
        self.assertEqual(len(self.hub.requests), before)

    def test_huggingface_hub_finds_and_scans_what_zipflens_fetched(self):
        import subprocess
        import sys
        self.ids(f"{DATA}:en:train[:1%]")
        name = f"en/train-00000-of-0000{SHARDS}.parquet"
        code = (f"import huggingface_hub as h; print(h.hf_hub_download({DATA!r}, {name!r}, repo_type='dataset')); "
                "s = h.scan_cache_dir(); print([str(w) for w in s.warnings], sorted(r.repo_id for r in s.repos))")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                              env=self.environment(HF_HUB_OFFLINE="1"))
        self.assertEqual(done.stdout.splitlines(), [str(self.snapshot(DATA, "datasets", self.data.commit) / name),
                                                    f"[] ['{DATA}', 'org/tiny-bert']"], done.stderr)

    def test_without_a_card_file_names_tell_the_split(self):
        self.data.files = {"data/train-00000-of-00001.parquet": shard(0, 60),
                           "data/validation-00000-of-00001.parquet": shard(100, 60)}
        self.assertEqual(self.ids(f"{DATA}:validation[:2]"), [100, 101])
        self.fails(["tokenize", "--model", "org/tiny-bert", "--corpus", DATA], "train, validation")

    def test_a_name_means_what_its_clone_means(self):
        card = ("\ufeff\r\n---\r\nconfigs:\r\n- config_name: a\r\n  data_dir: en\r\n- config_name: b\r\n  default: yes\r\n"
                "  data_files:\r\n  - {split: test, path: '*/dev*'}\r\n  - {split: extra, path: [en/train-0*, './*/dev*']}\r\n---\r\n")
        words = ("en/train-00000-of-00002.parquet", "en/train-00001-of-00002.parquet", "en/dev_set.parquet", "en/x.parquet")
        layouts = {
            "words": {name: shard(100 * i, 60) for i, name in enumerate(words)},
            "folders": {f"{name}/part.parquet": shard(100 * i, 60) for i, name in enumerate(("my-train.1", "test", "contest"))},
            "one": {"b.parquet": shard(0, 60), "a.parquet": shard(100, 60), ".hidden/train.parquet": shard(200, 60)},
        }
        layouts["card"] = {**layouts["words"], "README.md": card.encode()}
        for name, files in layouts.items():
            self.hub.repos[f"datasets/org/{name}"] = Repo(files)
            folder = self.root / "clones" / name
            for path, content in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
            for corpus in (":train", ":all", ":test[:3]", ":validation", ":train+train[-2:]", ":a:train[5:70]", ":extra+test",
                           ":en:validation[50%:]", ":extra[58:]", ":b:test", ":nothing"):
                by_name, by_folder = (self.run_program("tokenize", "--model", "org/tiny-bert", "--corpus", place + corpus)
                                      for place in (f"org/{name}", str(folder)))
                self.assertEqual((by_name.returncode, by_name.stdout), (by_folder.returncode, by_folder.stdout),
                                 (name, corpus, by_name.stderr, by_folder.stderr))

    def test_info_shows_what_would_be_fetched(self):
        plan = json.loads(self.run_program("info", f"{DATA}:en:train[:150]", "--json").stdout)
        self.assertEqual([(f["path"], f["cached"]) for f in plan["files"]],
                         [(f"en/train-0000{i}-of-0000{SHARDS}.parquet", False) for i in (0, 1)])
        self.assertEqual(plan["bytes_to_fetch"], sum(len(self.data.files[f["path"]]) for f in plan["files"]))
        self.fetch(f"{DATA}:en:train[:150]")
        listed = json.loads(self.run_program("cache", "--json").stdout)["repositories"]
        self.assertEqual([(r["kind"], r["name"]) for r in listed], [("dataset", DATA), ("model", "org/tiny-bert")])

    def test_names_that_are_not_there(self):
        tokenize = ["tokenize", "--model", "org/tiny-bert", "--corpus"]
        self.fails([*tokenize, f"{DATA}:fr:train"], '"fr"', "near:", "de")
        self.fails([*tokenize, f"{DATA}:en:trian"], '"trian"', "train, test")
        self.fails([*tokenize, "org/encyclopedia-en:en:train"], "no such data set", "near: org/encyclopedia")
        self.fails([*tokenize, f"{DATA}:en:train[:1%]", "--offline"], "offline")
        self.fails(["fetch", f"{DATA}:en:train[:1%]", "--revision", "v9"], "v9")

    def test_files_that_are_not_parquet(self):
        self.data.files["de/a.parquet"] = b"not Parquet " * 500
        self.fails(["fetch", f"{DATA}:de:train[:5]"], "a.parquet", "a Parquet file")
        self.data.commit = "d" * 40
        self.data.files["README.md"] = CARD.replace("de/*.parquet", "unrelated/*").encode()
        self.fails(["fetch", f"{DATA}:de:train"], "unrelated/huge.bin", ".parquet")

    def test_a_server_without_ranges(self):
        name = "de/a.parquet"
        self.hub.faults[name] = [lambda handler, content: handler.answer(200, content)]
        self.fails(["fetch", f"{DATA}:de:train[:5]"], "without ranges")
        self.hub.faults[name] = [hub_server.status(503), hub_server.status(429, Retry_After="0")]
        self.fetch(f"{DATA}:de:train[:5]")

    def test_pages_of_the_list(self):
        self.hub.page_size = 2
        self.assertEqual(self.ids(f"{DATA}:en:train[:3]"), [0, 1, 2])


if __name__ == "__main__":
    unittest.main()
