"""The files of figures: each format parses, text is text, faces are embedded, sizes are true, nothing is left behind."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree
import zlib

import pandas as pd
from PIL import Image

from tests.cli.program import SOURCE, ZIPFLENS, ProgramTest, run

SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 1_000_000


def streams(pdf):
    """The streams of a PDF file, unpacked where they are packed."""
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(match[1])
        except zlib.error:
            yield match[1]


class FigureFiles(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.out = cls.root / "out"
        found = run("study", "--model", cls.model, "--corpus", cls.corpus, "--out", cls.out, "--sequences", 4,
                    "--sequence-length", 16, "--bins", 8, "--permutations", 200, "--resamples", 200, "--quiet")
        assert found.returncode == 0, found.stderr
        cls.figures = cls.out / "figures"
        cls.names = sorted(path.stem for path in cls.figures.glob("*.txt"))

    def test_every_figure_is_there_in_every_format_and_small(self):
        self.assertEqual(len(self.names), 15)
        for name in self.names:
            for suffix in ("svg", "pdf", "png", "csv"):
                path = self.figures / f"{name}.{suffix}"
                self.assertGreater(path.stat().st_size, 0, path.name)
                self.assertLess(path.stat().st_size, MOST_BYTES, path.name)
        endings = {path.suffix for path in self.figures.iterdir()}
        self.assertEqual(endings, {".svg", ".pdf", ".png", ".csv", ".txt"})

    def test_svg_is_xml_whose_text_is_text(self):
        for name in self.names:
            with self.subTest(name):
                root = ElementTree.parse(self.figures / f"{name}.svg").getroot()
                self.assertEqual(root.tag, f"{SVG}svg")
                self.assertRegex(root.get("width"), r"^[0-9.]+mm$")
                self.assertEqual(root.find(f"{SVG}title").text, name)
                self.assertEqual(root.find(f"{SVG}desc").text, (self.figures / f"{name}.txt").read_text().strip())
                texts = [text.text for text in root.iter(f"{SVG}text")]
                self.assertIn("B\u00a0=\u00a04, S\u00a0=\u00a016", " ".join(texts))
                self.assertEqual(list(root.iter(f"{SVG}use")), [], "a letter is drawn as a shape")
                for text in root.iter(f"{SVG}text"):
                    self.assertLessEqual(float(text.get("x")), float(root.get("width")[:-2]))
                    self.assertLessEqual(float(text.get("y")), float(root.get("height")[:-2]))

    def test_svg_refers_to_nothing_outside(self):
        for name in self.names:
            for element in ElementTree.parse(self.figures / f"{name}.svg").iter():
                for key, value in element.attrib.items():
                    if key.endswith("href"):
                        self.assertTrue(value.startswith(("data:image/png;base64,", "#")), value[:80])

    def test_pdf_embeds_its_faces_and_has_no_date(self):
        for name in self.names:
            with self.subTest(name):
                pdf = (self.figures / f"{name}.pdf").read_bytes()
                self.assertTrue(pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF"))
                whole = pdf + b"".join(streams(pdf))
                faces = re.findall(rb"/BaseFont\s*/(\S+)", whole)
                self.assertTrue(any(b"LiberationSans" in face for face in faces), faces)
                self.assertIn(b"/FontFile", whole)
                self.assertIn(b"/ToUnicode", whole)
                self.assertNotIn(b"CreationDate", whole)

    @unittest.skipUnless(shutil.which("pdftotext"), "needs poppler-utils")
    def test_pdf_text_can_be_searched(self):
        for name in self.names:
            text = subprocess.run(["pdftotext", self.figures / f"{name}.pdf", "-"], capture_output=True, text=True,
                                  check=True).stdout
            self.assertIn("B = 4, S = 16", " ".join(text.split()), name)

    def test_png_has_its_size_and_is_not_blank(self):
        for name in self.names:
            with self.subTest(name), Image.open(self.figures / f"{name}.png") as image:
                self.assertAlmostEqual(image.info["dpi"][0], 300, delta=0.1)
                width = float(ElementTree.parse(self.figures / f"{name}.svg").getroot().get("width")[:-2])
                self.assertAlmostEqual(image.width, width / 25.4 * 300, delta=1)
                dark = sum(image.convert("L").histogram()[:128])
                self.assertGreater(dark, 1000)

    def test_the_recipes_of_the_documentation_run(self):
        text = (SOURCE / "docs/figures.md").read_text()
        recipe = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(self.figures, folder, dirs_exist_ok=True)
            found = subprocess.run([sys.executable, "-c", recipe], cwd=folder, capture_output=True, text=True,
                                   env={**os.environ, "MPLBACKEND": "Agg", "MPLCONFIGDIR": folder})
            self.assertEqual(found.returncode, 0, found.stderr)
            for name in ("my_part4b.pdf", "my_part6a.pdf", "my_part5a.pdf"):
                self.assertGreater((pathlib.Path(folder) / name).stat().st_size, 1000)
        for name in re.findall(r'read\.csv\("(.*?)"', text):
            self.assertTrue((self.figures / name).exists(), name)
        layers = pd.read_csv(self.figures / "part6.csv")
        self.assertTrue(layers.series.str.startswith("layer ").any())

    def test_scale_and_formats(self):
        other = self.root / "other"
        found = run("figures", self.out, "--formats", "svg,png", "--scale", "0.8", "--out", other, "--quiet")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(ElementTree.parse(other / "part6.svg").getroot().get("width"), "144mm")
        self.assertFalse((other / "part6.pdf").exists())

    def test_an_interrupted_drawing_leaves_nothing(self):
        before = sorted(path.name for path in self.root.iterdir())
        for delay in (0.05, 0.15, 0.3):
            process = subprocess.Popen([ZIPFLENS, "figures", self.out, "--out", self.root / "interrupted", "--quiet"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=60)
            self.assertIn(code, (0, 130, -signal.SIGINT))
            if code == 0:
                shutil.rmtree(self.root / "interrupted")
            self.assertEqual(sorted(path.name for path in self.root.iterdir()), before)


if __name__ == "__main__":
    unittest.main()
