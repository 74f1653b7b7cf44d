"""Local paths open no socket: the kernel kills the program at its first socket(2), and nothing is killed."""

import ctypes
import json
import os
import platform
import signal
import struct
import subprocess
import unittest

from tests.cli.program import DEMO_MODEL, ProgramTest, ZIPFLENS

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
KILL_PROCESS, ALLOW = 0x80000000, 0x7FFF0000
SOCKET = {"x86_64": 41, "aarch64": 198}.get(platform.machine())


def forbid_sockets():
    """A seccomp filter, which needs no rights: load the call's number; socket: kill; else: allow."""
    program = b"".join([struct.pack("HBBI", 0x20, 0, 0, 0), struct.pack("HBBI", 0x15, 0, 1, SOCKET),
                        struct.pack("HBBI", 0x06, 0, 0, KILL_PROCESS), struct.pack("HBBI", 0x06, 0, 0, ALLOW)])
    code = ctypes.create_string_buffer(program, len(program))
    fprog = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, fprog, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def run_without_sockets(*arguments, env=None):
    return subprocess.run([ZIPFLENS, *map(str, arguments)], capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
                          env={**os.environ, **(env or {})}, preexec_fn=forbid_sockets)


@unittest.skipIf(SOCKET is None, "the number of socket(2) is known for x86_64 and aarch64")
class NoNetwork(ProgramTest):
    def test_the_filter_kills_what_opens_a_socket(self):
        done = run_without_sockets("fetch", "org/name", env={"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(self.root / "hf"),
                                                             "ZIPFLENS_HUB_RETRIES": "0"})
        self.assertEqual(done.returncode, -signal.SIGSYS)

    def test_local_paths_open_none(self):
        commands = [
            self.study_arguments(out=self.root / "study"),
            ["figures", self.root / "study", "--formats", "svg"],
            ["count", "--model", self.model, "--corpus", self.corpus, "--out", self.root / "counts.csv"],
            ["capture", "--model", self.model, "--corpus", self.corpus, "--sequences", "2", "--out", self.root / "arrays"],
            ["tokenize", "--model", self.model, "--corpus", self.corpus],
            ["info", self.model], ["info", self.corpus], ["info", self.root / "study"], ["cache"],
            ["model", "random", "--like", self.model / "config.json", "--seed", "1", "--out", self.root / "random"],
        ]
        for command in commands:
            done = run_without_sockets(*command, env={"HF_ENDPOINT": "not read"} if command[0] != "cache" else None)
            self.assertEqual(done.returncode, 0, (command, done.stderr))

    def test_wrong_paths_open_none(self):
        for path in (self.root / "nothing", "./nothing", "/nothing", str(DEMO_MODEL) + "x"):
            done = run_without_sockets("tokenize", "--model", path)
            self.assertEqual(done.returncode, 1, done.stderr)

    def test_offline_opens_none(self):
        done = run_without_sockets("tokenize", "--model", "org/name", "--offline", env={"HF_HOME": str(self.root / "hf")})
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("cache", done.stderr)
        done = run_without_sockets("cache", "--json", env={"HF_HOME": str(self.root / "hf")})
        self.assertEqual(json.loads(done.stdout)["repositories"], [])


if __name__ == "__main__":
    unittest.main()
