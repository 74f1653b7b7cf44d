"""A count that is killed at a random place goes on to the same bytes, and refuses what is not its own."""

import json
import os
import random
import signal
import subprocess
import time
import unittest

from tests.cli.program import DEMO_CORPUS, DEMO_MODEL, ZIPFLENS, ProgramTest, run

import pyarrow.parquet as pq


class CountCheckpoint(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        texts = pq.read_table(DEMO_CORPUS)["text"].to_pylist()
        lines = [line for text in texts for line in text.split("\n")][:4000]
        cls.lines = cls.root / "corpus"
        cls.lines.mkdir()
        for part in range(4):
            records = [json.dumps({"text": line}) for line in lines[part * 1000:(part + 1) * 1000]]
            records[7] = "no JSON"
            (cls.lines / f"{part}.jsonl").write_text("\n".join(records) + "\n")
        cls.whole = cls.root / "whole.csv"
        found = cls.count(cls.whole)
        assert found.returncode == 0, found.stderr
        cls.summary = json.loads(found.stdout)

    @classmethod
    def arguments(cls, out, *more):
        return ["count", "--model", DEMO_MODEL, "--corpus", cls.lines, "--skip-bad-lines", "--json", "--out", out,
                *more]

    @classmethod
    def count(cls, out, *more):
        return run(*cls.arguments(out, *more))

    def kill_behind(self, num_documents, checkpoint, out, signal_number):
        """Starts a count and kills it once its checkpoint has so many documents; False if it ended before."""
        process = subprocess.Popen(
            [ZIPFLENS, *map(str, self.arguments(out, "--checkpoint", checkpoint, "--checkpoint-seconds", 0.01))],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            if checkpoint.exists() and json.loads(checkpoint.read_text())["documents"] >= num_documents:
                process.send_signal(signal_number)
                process.wait()
                return process.returncode != 0
            time.sleep(0.002)
        return False

    def test_goes_on_to_the_same_bytes(self):
        generator = random.Random(3)
        num_killed = 0
        for round_number, signal_number in enumerate((signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGKILL)):
            checkpoint = self.root / f"{round_number}.checkpoint"
            out = self.root / f"{round_number}.csv"
            for place in sorted(generator.sample(range(0, 3500), 3)):
                num_killed += self.kill_behind(place, checkpoint, out, signal_number)
                if out.exists():
                    break
            else:
                found = self.count(out, "--checkpoint", checkpoint)
                self.assertEqual(found.returncode, 0, found.stderr)
                summary = json.loads(found.stdout)
                for key in ("documents", "tokens", "bad_lines", "most_frequent"):
                    self.assertEqual(summary[key], self.summary[key], key)
            self.assertEqual(out.read_bytes(), self.whole.read_bytes())
            self.assertFalse(checkpoint.exists())
        self.assertEqual(self.summary["bad_lines"], 4)
        self.assertGreater(num_killed, 0, "every count ended before it could be killed")

    def interrupted_checkpoint(self, name):
        checkpoint = self.root / f"{name}.checkpoint"
        self.assertTrue(self.kill_behind(100, checkpoint, self.root / f"{name}.csv", signal.SIGKILL))
        for path in self.root.glob(f".{name}*"):
            path.unlink()
        return checkpoint

    def test_refuses_the_checkpoint_of_another_count(self):
        checkpoint = self.interrupted_checkpoint("other")
        before = checkpoint.read_bytes()
        out = self.root / "other.csv"
        more = ("--checkpoint", checkpoint)
        self.assert_fails(self.arguments(out, *more, "--target-tokens", 1000), 1, "other.checkpoint",
                          "of another count", "target_tokens")
        self.assert_fails([*self.arguments(out, *more), "--invalid-utf8", "replace"], 1, "replace_invalid_utf8")
        file = self.lines / "2.jsonl"
        stat = file.stat()
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))
        self.assert_fails(self.arguments(out, *more), 1, "of another count", "corpus/files/2/changed")
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        model = self.root / "other-model"
        model.mkdir()
        (model / "vocab.txt").write_text("[UNK]\nthe\n")
        arguments = [model if value == DEMO_MODEL else value for value in self.arguments(out, *more)]
        self.assert_fails(arguments, 1, "of another count", "tokenizer")
        self.assertEqual(checkpoint.read_bytes(), before)

    def test_refuses_damage_and_standard_input(self):
        checkpoint = self.interrupted_checkpoint("damaged")
        text = checkpoint.read_text()
        out = self.root / "damaged.csv"
        tokens = f'"tokens":{json.loads(text)["tokens"]}'
        for damaged in (text.replace(tokens, '"tokens":1'), text[:len(text) // 2], "", "{}"):
            checkpoint.write_text(damaged)
            self.assert_fails(self.arguments(out, "--checkpoint", checkpoint), 1, "damaged.checkpoint")
        found = run("count", "--model", DEMO_MODEL, "--corpus", "-", "--format", "text", "--out", out,
                    "--checkpoint", self.root / "new.checkpoint", stdin="a line\n")
        self.assertEqual(found.returncode, 1)
        self.assertIn("--checkpoint: found a corpus from standard input", found.stderr)



if __name__ == "__main__":
    unittest.main()
