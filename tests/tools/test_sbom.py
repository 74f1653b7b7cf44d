"""The bill of materials has the required form of CycloneDX 1.5 and every real input with its version and hash."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])

# https://cyclonedx.org/docs/1.5/json: the required fields and the enumerations that are used here.
COMPONENT_TYPES = {"application", "framework", "library", "container", "platform", "operating-system", "device",
                   "device-driver", "firmware", "file", "machine-learning-model", "data"}
SCOPES = {"required", "optional", "excluded"}
COMPONENT_FIELDS = {"type", "bom-ref", "name", "version", "group", "purl", "hashes", "scope", "components"}
TOP_FIELDS = {"bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "dependencies"}
SERIAL_NUMBER = r"^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
PURL = r"^pkg:[a-z]+/[A-Za-z0-9._%/+-]+@[A-Za-z0-9._%~-]+(\?[a-z]+=[^&\s]+(&[a-z]+=[^&\s]+)*)?$"


class Sbom(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            texts = []
            for name in ("a.json", "b.json"):
                path = pathlib.Path(folder) / name
                subprocess.run([sys.executable, ROOT / "tools/sbom.py", path], check=True, stdout=subprocess.DEVNULL)
                texts.append(path.read_bytes())
        cls.texts = texts
        cls.sbom = json.loads(texts[0])
        cls.by_name = {part["name"]: part for part in cls.sbom["components"]}

    def check_component(self, part):
        self.assertLessEqual(set(part), COMPONENT_FIELDS)
        self.assertIn(part["type"], COMPONENT_TYPES)
        self.assertTrue(part["name"])
        self.assertIn(part.get("scope", "required"), SCOPES)
        if "purl" in part:
            self.assertRegex(part["purl"], PURL)
        for digest in part.get("hashes", []):
            self.assertEqual(set(digest), {"alg", "content"})
            self.assertEqual(digest["alg"], "SHA-256")
            self.assertRegex(digest["content"], r"^[0-9a-f]{64}$")
        for inner in part.get("components", []):
            self.check_component(inner)

    def test_form(self):
        self.assertEqual(set(self.sbom), TOP_FIELDS)
        self.assertEqual((self.sbom["bomFormat"], self.sbom["specVersion"]), ("CycloneDX", "1.5"))
        self.assertIsInstance(self.sbom["version"], int)
        self.assertRegex(self.sbom["serialNumber"], SERIAL_NUMBER)
        self.check_component(self.sbom["metadata"]["component"])
        for part in self.sbom["components"]:
            self.check_component(part)
        references = [part["bom-ref"] for part in [*self.sbom["components"], self.sbom["metadata"]["component"]]]
        self.assertEqual(len(references), len(set(references)))
        for dependency in self.sbom["dependencies"]:
            self.assertLessEqual({dependency["ref"], *dependency["dependsOn"]}, set(references))

    def test_the_same_every_time(self):
        self.assertEqual(self.texts[0], self.texts[1])

    def test_version_of_zipflens(self):
        header = (ROOT / "zipflens/study/version.h").read_text(encoding="utf-8")
        self.assertEqual(self.sbom["metadata"]["component"]["version"], re.search(r'kVersion = "(.*)"', header)[1])

    def test_every_python_package_with_its_hashes(self):
        text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
        pinned = re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE)
        self.assertGreater(len(pinned), 10)
        for name, version in pinned:
            self.assertEqual(self.by_name[name]["version"], version)
        digests = [d["content"] for p in self.sbom["components"] if p.get("purl", "").startswith("pkg:pypi")
                   for d in p["hashes"]]
        for digest in re.findall(r"sha256:([0-9a-f]{64})", text):
            self.assertIn(digest, digests)
        self.assertEqual(self.by_name["pyarrow"]["scope"], "required")

    def test_debian_packages_as_dpkg_has_them(self):
        for name in ("libfmt-dev", "libzstd-dev", "nlohmann-json3-dev"):
            installed = subprocess.run(["dpkg-query", "-W", "-f=${Version}", name], capture_output=True, text=True, check=True)
            self.assertEqual(self.by_name[name]["version"], installed.stdout)
        loaded = [part["name"] for part in self.sbom["components"] if part["scope"] == "required"]
        for prefix in ("libcurl", "libyaml-cpp", "zlib1g", "libfmt"):  # their last digit is the distribution's
            self.assertTrue(any(name.startswith(prefix) for name in loaded), prefix)

    def test_fetched_data(self):
        self.assertEqual(self.by_name["gensim"]["type"], "data")
        (model,) = (p for p in self.sbom["components"] if p["name"].endswith("minilm-l6-v2"))
        self.assertIn("model.safetensors", [file["name"] for file in model["components"]])


if __name__ == "__main__":
    unittest.main()
