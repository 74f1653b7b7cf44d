"""The set-up scripts do nothing twice and can be run again after an interruption.

They run here against stand-ins for apt, dpkg, sudo and Python that write down how they were called.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])

FAKE_PYTHON = """#!/bin/bash
echo "$*" >> "$CALLS"
case "$*" in
  --version) echo "Python 3.11.0" ;;
  "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  *install*) [[ -z ${FAIL:-} ]] ;;
esac
"""
FAKE_DPKG_QUERY = '#!/bin/bash\nfor p; do [[ $p == -* || $p == "${LACKS:-}" ]] || echo "installed $p"; done\n'
FAKE_CALL = '#!/bin/bash\necho "$(basename "$0") $*" >> "$CALLS"\n'
FAKE_SUDO = '#!/bin/bash\necho "sudo" >> "$CALLS"\nexec "$@"\n'


class SetupTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "tools").mkdir()
        (self.root / "bin").mkdir()
        self.calls_file = self.root / "calls"

    def fake(self, name, text):
        path = self.root / "bin" / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return path

    def run_script(self, name, *arguments, **environment):
        """Runs a copy of the script; returns (exit code, what it called, what it printed)."""
        shutil.copy(ROOT / "tools" / name, self.root / "tools" / name)
        self.calls_file.write_text("", encoding="utf-8")
        result = subprocess.run(
            [self.root / "tools" / name, *arguments],
            env={
                "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
                "CALLS": str(self.calls_file),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        calls = self.calls_file.read_text(encoding="utf-8").splitlines()
        return result.returncode, calls, result.stdout + result.stderr


class SetupPython(SetupTest):
    def setUp(self):
        super().setUp()
        self.python = self.fake("python", FAKE_PYTHON)
        self.requirements = self.root / "requirements.txt"
        self.requirements.write_text("numpy==2.0 \\\n    --hash=sha256:0\n", encoding="utf-8")

    def set_up(self, **environment):
        code, calls, printed = self.run_script(
            "setup_python.sh", ZIPFLENS_SETUP_PYTHON=str(self.python), **environment
        )
        installs = [call for call in calls if "pip install" in call]
        return code, installs, printed

    def test_installs_once_with_hashes_and_says_what(self):
        code, installs, printed = self.set_up()
        self.assertEqual((code, len(installs)), (0, 1), printed)
        self.assertIn("--require-hashes", installs[0])
        self.assertIn("numpy==2.0", printed)
        self.assertEqual(self.set_up(), (0, [], ""))

    def test_interrupted_installation_is_made_anew(self):
        code, installs, _ = self.set_up(FAIL="1")
        self.assertNotEqual(code, 0)
        left_over = self.root / ".venv/half-installed"
        left_over.touch()
        code, installs, _ = self.set_up()
        self.assertEqual((code, len(installs)), (0, 1))
        self.assertFalse(left_over.exists())

    def test_other_requirements_are_installed_anew(self):
        self.set_up()
        self.requirements.write_text("numpy==2.1 \\\n    --hash=sha256:1\n", encoding="utf-8")
        self.assertEqual(len(self.set_up()[1]), 1)


class SetupSystem(SetupTest):
    def setUp(self):
        super().setUp()
        self.fake("dpkg-query", FAKE_DPKG_QUERY)
        self.fake("apt-get", FAKE_CALL)
        self.fake("dpkg", FAKE_CALL)
        self.fake("sudo", FAKE_SUDO)

    def test_calls_no_apt_when_nothing_is_missing(self):
        self.assertEqual(self.run_script("setup_system.sh"), (0, [], ""))

    def test_installs_only_what_is_missing_and_says_what(self):
        code, calls, printed = self.run_script("setup_system.sh", LACKS="cmake")
        self.assertEqual(code, 0, printed)
        self.assertIn("installing Debian packages: cmake\n", printed)
        self.assertRegex(calls[-1], r"^apt-get .*install .* cmake$")

    def test_lint_and_fuzz_tools_only_where_asked_for(self):
        for option, package in (("--lint", "clang-tidy-14"), ("--fuzz", "libclang-rt-14-dev")):
            self.assertEqual(self.run_script("setup_system.sh", LACKS=package)[1], [])
            calls = self.run_script("setup_system.sh", option, LACKS=package)[1]
            self.assertRegex(calls[-1], f" {package}$")

    def test_lists_every_package_and_installs_none(self):
        code, calls, printed = self.run_script("setup_system.sh", "--list", LACKS="cmake")
        self.assertEqual((code, calls), (0, []))
        self.assertLess({"cmake", "clang-tidy-14", "clang-14", "libzstd-dev"}, set(printed.splitlines()))


class Requirements(unittest.TestCase):
    def test_every_package_has_its_version_and_hashes_and_no_registry_is_named(self):
        text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
        code = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        for number, line in enumerate(code):
            self.assertRegex(line, r"^(?:[a-z0-9._-]+==[^ ]+ \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?)$")
            if "==" in line:
                self.assertIn("--hash", code[number + 1])
        self.assertNotIn("://", text)

    def test_requirements_in_is_what_was_compiled(self):
        compiled = (ROOT / "requirements.txt").read_text(encoding="utf-8")
        wanted = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
        for requirement in (line for line in wanted if not line.startswith("#")):
            self.assertIn(f"{requirement} \\\n", compiled)


if __name__ == "__main__":
    unittest.main()
