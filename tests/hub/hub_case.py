"""What the tests of names of the hub share: a hub on the loopback interface, a cache, the program run against both."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from tests.cli.program import DEMO_MODEL, SOURCE, ZIPFLENS
from tests.hub.hub_server import Hub, Repo

TOKEN = "hf_TheTokenThatNobodyMayEverSee"
NAME = "org/tiny-bert"
WEIGHTS = "model.safetensors"


def make_model(root):
    """The files of a small random model, by name."""
    config = SOURCE / "tests/hub/tiny_config.json"
    subprocess.run([ZIPFLENS, "model", "random", "--like", config, "--seed", "1", "--tokenizer", DEMO_MODEL,
                    "--out", root / "made"], check=True, capture_output=True)
    return {p.name: p.read_bytes() for p in sorted((root / "made").iterdir())}


class HubCase(unittest.TestCase):
    """A hub with the repository NAME and an empty cache for each test; the token must never be seen."""

    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls._folder.cleanup)
        cls.model_files = make_model(pathlib.Path(cls._folder.name))

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.home = self.root / "hf"
        self.cache = self.home / "hub"
        self.hub = Hub()
        self.addCleanup(lambda: self.hub.close())
        self.repo = Repo(dict(self.model_files) | {"README.md": b"# Tiny", "pytorch_model.bin": b"pickle" * 2000,
                                                  "vocab.txt": b"[UNK]\n"})
        self.hub.repos["models/" + NAME] = self.repo

    def environment(self, **more):
        kept = {k: v for k, v in os.environ.items() if not re.match(r"HF_|HUGGING|XDG|SSL_|.*_CA_BUNDLE|.*proxy", k, re.I)}
        return kept | {"HF_HOME": str(self.home), "HF_ENDPOINT": self.hub.url, "ZIPFLENS_HUB_RETRIES": "2",
                       "HOME": str(self.root)} | more

    def run_program(self, *arguments, **more):
        found = subprocess.run([ZIPFLENS, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                               stdin=subprocess.DEVNULL,
                               env=self.environment(**more), cwd=self.root)
        self.assertNotIn(TOKEN, found.stdout + found.stderr)
        self.assertNotIn("a bug in zipflens", found.stderr)
        return found

    def fetch(self, name=NAME, *options, **more):
        found = self.run_program("fetch", name, *options, **more)
        self.assertEqual(found.returncode, 0, found.stderr)
        return found

    def fails(self, arguments, *fragments, code=1, **more):
        found = self.run_program(*arguments, **more)
        self.assertEqual(found.returncode, code, found.stderr + found.stdout)
        for fragment in fragments:
            self.assertIn(str(fragment), found.stderr)
        self.assert_no_half_file()
        return found

    def snapshot(self, name=NAME, kind="models", commit=None):
        return self.cache / f"{kind}--{name.replace('/', '--')}" / "snapshots" / (commit or self.repo.commit)

    def assert_no_half_file(self):
        """Every blob and every file of a snapshot is whole: its content has the digest that it is called by."""
        import hashlib

        from tests.hub.hub_server import git_sha1
        for blob in self.cache.glob("*--*/blobs/*"):
            if blob.suffix != ".incomplete":
                content = blob.read_bytes()
                self.assertIn(blob.name, (git_sha1(content), hashlib.sha256(content).hexdigest()))
        for link in self.cache.glob("*--*/snapshots/**/*"):
            self.assertTrue(link.is_dir() or link.exists(), f"{link} leads nowhere")
