"""Models by name: what is fetched, from where, into which layout; huggingface_hub and zipflens share one cache."""

import json
import os
import subprocess
import sys
import time
import unittest

from tests.hub.hub_case import NAME, TOKEN, WEIGHTS, HubCase
from tests.hub.hub_server import etag_of

NEEDED = {"config.json", "tokenizer.json", "tokenizer_config.json", WEIGHTS}


class Models(HubCase):
    def python(self, code, **more):
        """Runs code in a Python of its own, where huggingface_hub reads the same environment."""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120,
                              env=self.environment(HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_XET="1", **more))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def needed(self):
        return {name for name in self.repo.files if name in NEEDED | {"special_tokens_map.json"}}

    def test_fetches_what_is_needed_and_nothing_else(self):
        self.fetch()
        found = {p.name for p in self.snapshot().iterdir()}
        self.assertEqual(found, self.needed())
        for name in found:
            self.assertEqual((self.snapshot() / name).read_bytes(), self.repo.files[name])
        self.assertFalse(self.hub.paths("README|pytorch|vocab.txt"), "asked for what it does not need")

    def test_layout_is_that_of_huggingface_hub(self):
        self.fetch()
        ours = self.cache / "models--org--tiny-bert"
        theirs_home = self.root / "theirs"
        for name in sorted(self.needed()):
            self.python(f"import huggingface_hub as h; h.hf_hub_download({NAME!r}, {name!r})", HF_HOME=str(theirs_home))
        theirs = theirs_home / "hub/models--org--tiny-bert"
        for folder in ("refs", "blobs", "snapshots"):
            def listing(root):
                return {str(p.relative_to(root)): os.readlink(p) if p.is_symlink() else p.is_dir() or p.read_bytes()
                        for p in (root / folder).rglob("*")}
            self.assertEqual(listing(ours), listing(theirs))
        self.assertEqual({p.name for p in (self.cache / ".locks/models--org--tiny-bert").iterdir()},
                         {p.name for p in (theirs_home / "hub/.locks/models--org--tiny-bert").iterdir()})
        self.assertEqual({p.name for p in self.cache.iterdir()}, {p.name for p in (theirs_home / "hub").iterdir()})

    def test_huggingface_hub_finds_what_zipflens_fetched(self):
        self.fetch()
        before = len(self.hub.requests)
        code = f"import huggingface_hub as h; print(h.hf_hub_download({NAME!r}, {WEIGHTS!r}))"
        self.assertEqual(self.python(code, HF_HUB_OFFLINE="1"), str(self.snapshot() / WEIGHTS))
        self.assertEqual(len(self.hub.requests), before)
        scan = json.loads(self.python(
            "import huggingface_hub as h, json; s = h.scan_cache_dir(); r, = s.repos; print(json.dumps("
            "[r.repo_id, r.repo_type, r.nb_files, r.size_on_disk, sorted(r.refs), [str(w) for w in s.warnings]]))"))
        size = sum(len(self.repo.files[name]) for name in self.needed())
        self.assertEqual(scan, [NAME, "model", len(self.needed()), size, ["main"], []])

    def test_zipflens_finds_what_huggingface_hub_fetched(self):
        self.python(f"import huggingface_hub as h; h.snapshot_download({NAME!r})")
        before = len(self.hub.requests)
        used = self.run_program("tokenize", "--model", NAME, "-")
        self.assertEqual(used.returncode, 0, used.stderr)
        self.assertEqual(len(self.hub.requests), before, "the cache had it all")
        plan = json.loads(self.run_program("info", NAME, "--json", "--offline").stdout)
        self.assertEqual({f["path"] for f in plan["files"]}, self.needed())
        self.assertEqual(plan["bytes_to_fetch"], 0)
        self.assertEqual(plan["folder"], str(self.snapshot()))
        for file in plan["files"]:
            self.assertEqual(file["etag"], etag_of(self.repo.files[file["path"]]))

    def test_a_part_that_huggingface_hub_fetched_is_not_fetched_again(self):
        self.python(f"import huggingface_hub as h; h.hf_hub_download({NAME!r}, {WEIGHTS!r})")
        before = len(self.hub.paths("/large/"))
        self.fetch()
        self.assertEqual([p for p in self.hub.paths("/large/")[before:] if WEIGHTS in p], [])

    def test_a_study_by_name_is_a_study_by_path(self):
        texts = self.root / "texts.txt"
        texts.write_text("\n".join(f"the cat number {i} sat on the mat and looked at dog {i % 3} . " * 4 for i in range(9)))
        by_name, by_path = self.root / "by-name", self.root / "by-path"
        for model, out in ((NAME, by_name), (self.snapshot(), by_path)):
            done = self.run_program("study", "--model", model, "--corpus", texts, "--out", out, "--sequences", 3,
                                    "--formats", "svg")
            self.assertEqual(done.returncode, 0, done.stderr)
        for table in sorted(by_path.glob("*.parquet")):
            self.assertEqual((by_name / table.name).read_bytes(), table.read_bytes(), table.name)
        self.assertIn(f'"{NAME}"', (by_name / "study.json").read_text())

    def test_count_and_tokenize_need_no_weights(self):
        (self.root / "t.txt").write_text("the cat sat\n")
        done = self.run_program("count", "--model", NAME, "--corpus", self.root / "t.txt", "--out", self.root / "c.csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.hub.paths("safetensors"), [])

    def test_name_without_organisation(self):
        self.hub.aliases["tiny-bert"] = NAME
        self.fetch("tiny-bert")
        self.assertTrue((self.snapshot("tiny-bert") / WEIGHTS).exists())
        code = f"import huggingface_hub as h; print(h.hf_hub_download('tiny-bert', {WEIGHTS!r}))"
        self.assertEqual(self.python(code, HF_HUB_OFFLINE="1"), str(self.snapshot("tiny-bert") / WEIGHTS))

    def test_shards_and_their_index(self):
        weights = self.repo.files.pop(WEIGHTS)
        shards = {f"model-0000{i}-of-00002.safetensors": weights[i - 1::2] for i in (1, 2)}
        index = {"weight_map": {f"tensor{i}": name for i, name in enumerate(shards)}}
        self.repo.files |= shards | {"model.safetensors.index.json": json.dumps(index).encode()}
        self.fetch()
        self.assertLessEqual(set(shards) | {"model.safetensors.index.json"}, {p.name for p in self.snapshot().iterdir()})
        self.fetch(NAME, "--offline")

    def test_a_new_commit_is_fetched_by_fetch_and_only_what_changed(self):
        self.fetch()
        old = self.snapshot()
        self.repo.commit = "f" * 40
        self.repo.files["config.json"] += b"\n"
        before = len(self.hub.requests)
        self.assertEqual(self.run_program("tokenize", "--model", NAME, "-").returncode, 0)
        self.assertEqual(len(self.hub.requests), before, "the cache comes first")
        self.fetch()
        self.assertEqual((self.snapshot() / "config.json").read_bytes(), self.repo.files["config.json"])
        self.assertTrue((old / "config.json").exists())
        self.assertEqual(len(self.hub.paths("/large/.*safetensors")), 1)

    def test_revision(self):
        self.fetch(NAME, "--revision", self.repo.commit)
        self.assertFalse((self.cache / "models--org--tiny-bert/refs").exists())
        self.fetch(NAME, "--revision", self.repo.commit, "--offline")
        self.fails(["fetch", NAME, "--revision", "v1.1"], "v1.1", "near: v1.0, main")
        self.fails(["fetch", NAME, "--revision", "../../x"], "--revision", code=2)

    def test_environment(self):
        self.fetch(NAME, HF_HUB_CACHE=str(self.root / "elsewhere"))
        self.assertTrue((self.root / "elsewhere/models--org--tiny-bert/refs/main").exists())
        self.fetch(NAME, HF_HOME="", XDG_CACHE_HOME="$HOME/xdg")
        self.assertTrue((self.root / "xdg/huggingface/hub/models--org--tiny-bert/refs/main").exists())
        self.fetch(NAME, HF_HOME="")
        self.assertTrue((self.root / ".cache/huggingface/hub/models--org--tiny-bert/refs/main").exists())
        before = len(self.hub.requests)
        self.fails(["fetch", NAME], "not (all of) it in the cache", HF_HUB_OFFLINE="1")
        self.fails(["fetch", NAME, "--offline"], "not (all of) it in the cache")
        self.fails(["fetch", NAME], "HF_ENDPOINT", code=2, HF_ENDPOINT="ftp://x")
        self.assertEqual(len(self.hub.requests), before)

    def test_info_and_cache_list_sizes(self):
        text = self.run_program("info", NAME).stdout
        self.assertRegex(text, r"model.safetensors +\d+\.\d kB +to fetch")
        self.assertFalse(self.cache.exists(), "info fetched something")
        self.fetch()
        self.assertRegex(self.run_program("info", NAME).stdout, r"0 B to fetch")
        listed = json.loads(self.run_program("cache", "--json").stdout)
        size = sum(len(self.repo.files[name]) for name in self.needed())
        self.assertEqual([(r["name"], r["kind"], r["bytes"], r["revisions"]) for r in listed["repositories"]],
                         [(NAME, "model", size, ["main"])])
        self.assertIn(NAME, self.run_program("cache").stdout)

    def test_the_token_stays_with_the_hub(self):
        self.repo.gated, self.hub.token = True, TOKEN
        (self.home).mkdir()
        (self.home / "token").write_text(TOKEN + "\n")
        self.fetch()
        hub_host, other_host = (url.split("//")[1] for url in (self.hub.url, self.hub.other))
        with_token = {host for host, _, _, headers in self.hub.requests if "Authorization" in headers}
        self.assertEqual(with_token, {hub_host})
        self.assertIn(other_host, {host for host, *_ in self.hub.requests})
        self.assertEqual({h["Authorization"] for _, _, _, h in self.hub.requests if "Authorization" in h},
                         {"Bearer " + TOKEN})

    def test_two_processes_share_one_download(self):
        processes = [subprocess.Popen([os.environ["ZIPFLENS"], "fetch", NAME], env=self.environment(),
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
        for process in processes:
            _, error = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, error)
        self.assertEqual(len(self.hub.paths("/large/.*safetensors")), 1)
        self.assert_no_half_file()

    def test_waits_for_a_lock_that_huggingface_hub_holds(self):
        lock = self.cache / ".locks/models--org--tiny-bert" / (etag_of(self.repo.files[WEIGHTS]) + ".lock")
        lock.parent.mkdir(parents=True)
        holder = subprocess.Popen(
            [sys.executable, "-c", "import sys; from huggingface_hub.utils import WeakFileLock\n"
             f"with WeakFileLock({str(lock)!r}): print('held', flush=True); sys.stdin.read()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environment())
        self.assertEqual(holder.stdout.readline(), "held\n")
        waiting = subprocess.Popen([os.environ["ZIPFLENS"], "fetch", NAME], env=self.environment(),
                                   stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        small = self.snapshot() / "config.json"
        while not small.exists():
            time.sleep(0.02)
        self.assertIsNone(waiting.poll())
        self.assertFalse((self.snapshot() / WEIGHTS).exists())
        holder.communicate(timeout=60)
        self.assertEqual(waiting.wait(timeout=60), 0)
        waiting.communicate()


if __name__ == "__main__":
    unittest.main()
