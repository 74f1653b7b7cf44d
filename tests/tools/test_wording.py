"""No document and no message names a cause or takes a lack of significance for a finding."""

import os
import pathlib
import tempfile
import unittest

from tests.tools import wording

ROOT = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])


class Wording(unittest.TestCase):
    def test_documents_and_messages(self):
        violations = wording.wording_violations(ROOT)
        self.assertEqual(violations, [], "\n" + "\n".join(violations))

    def test_everything_that_speaks_is_read(self):
        for name in wording.DOCUMENTS:
            self.assertTrue((ROOT / name).is_file(), name)
        said = " ".join(text for _, text in wording.texts(ROOT / "zipflens/report/evidence_section.cc"))
        self.assertIn("log-proportions over the types, and q is p adjusted", said)

    def found(self, name, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return wording.wording_violations(pathlib.Path(folder))

    def test_planted_sentences_are_found(self):
        for sentence in ("Frequency shapes the scores.", "Scores of keys do not differ from no relation.",
                         "Attention is\ndriven by token frequency.", "Rare types score low because of it.",
                         "The effect of frequency is small."):
            with self.subTest(sentence=sentence):
                self.assertEqual(len(self.found("README.md", f"# Title\n\nGood. {sentence} Good.\n")), 1)
        split = 'auto x = "Frequency sha"\n    "pes the scores";  // shapes frequency\n'
        violations = self.found("zipflens/report/page.cc", split)
        self.assertEqual(len(violations), 1)
        self.assertIn("zipflens/report/page.cc:1", violations[0])

    def test_what_may_be_said(self):
        for sentence in ("A score goes along with frequency.", "An encoder of the same shape.",
                         "The shape [B, S] is that of the batch. Frequent types come first.",
                         "None of this shows a cause: frequent types differ from rare ones in length.",
                         "r is not significant, so it cannot be told from zero."):
            self.assertEqual(self.found("docs/statistics.md", sentence + "\n"), [], sentence)


if __name__ == "__main__":
    unittest.main()
