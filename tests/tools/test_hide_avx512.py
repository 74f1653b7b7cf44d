"""bench/peers/hide_avx512.cc hides AVX-512 from a process's libraries, and nothing else; numpy asks the processor."""

import ctypes
import json
import os
import pathlib
import platform
import signal
import subprocess
import sys
import unittest

LIBRARY = pathlib.Path(os.environ["ZIPFLENS_BUILD"]) / "bench/libhide_avx512.so"
# arch_prctl(ARCH_SET_CPUID, 1): allows what is allowed, where the system knows how to forbid it.
CAN_HIDE = platform.machine() == "x86_64" and ctypes.CDLL(None).syscall(158, 0x1012, 1) == 0
PRINT_FEATURES = ("import json; from numpy._core._multiarray_umath import __cpu_features__ as found;"
                  "print(json.dumps([name for name, has in found.items() if has]))")
THREAD = "import threading; thread = threading.Thread(target=lambda: exec({!r})); thread.start(); thread.join()"


def run(code, hides):
    environment = {**os.environ, **({"LD_PRELOAD": str(LIBRARY)} if hides else {})}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)


def features(code, hides):
    return set(json.loads(run(code, hides).stdout))


class Hiding(unittest.TestCase):
    @unittest.skipUnless(CAN_HIDE, "the processor cannot hide anything")
    def test_takes_avx512_away_and_leaves_the_rest(self):
        for code in (PRINT_FEATURES, THREAD.format(PRINT_FEATURES)):
            expected = {name for name in features(code, hides=False) if not name.startswith(("AVX512", "X86_V4"))}
            self.assertEqual(features(code, hides=True), expected)
            self.assertIn("AVX", expected)

    @unittest.skipUnless(CAN_HIDE, "the processor cannot hide anything")
    def test_leaves_other_faults_to_end_the_process(self):
        self.assertEqual(run("import ctypes; ctypes.string_at(0)", hides=True).returncode, -signal.SIGSEGV)

    @unittest.skipIf(CAN_HIDE, "the processor can hide")
    def test_says_where_it_cannot(self):
        result = run("print(1)", hides=True)
        self.assertEqual((result.returncode, result.stdout), (3, ""))
        self.assertIn("cpuid_fault", result.stderr)


if __name__ == "__main__":
    unittest.main()
