"""Documents come out of files that pyarrow and json wrote exactly as they went in."""

import gzip
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import pyarrow as pa
import pyarrow.parquet as pq

PROBE = sys.argv.pop(1)
CODECS = ("none", "snappy", "gzip", "brotli", "lz4", "zstd")


def documents(count):
    """Titles and texts over all of Unicode, some of them empty, some of them long."""
    generator = random.Random(39)
    kinds = (range(0x20, 0x7F), range(1, 0x800), range(0x800, 0xD800), range(0xE000, 0x110000))

    def text(length):
        return "".join(chr(generator.choice(generator.choice(kinds))) for _ in range(length))

    return [(text(generator.randrange(9)), text(generator.choice((0, 5, 60, 900))))
            for _ in range(count)]


def read(*paths):
    output = subprocess.run([PROBE, *map(str, paths)], capture_output=True, check=True).stdout
    return [json.loads(line) for line in output.decode("utf-8").split("\n")[:-1]]


class AgainstPyarrow(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.documents = documents(400)
        self.expected = [[i, *document] for i, document in enumerate(self.documents)]
        self.texts = [text for _, text in self.documents]

    def table(self, text_type):
        titles, texts = zip(*self.documents)
        return pa.table({"title": pa.array(titles), "id": pa.array(range(len(texts))),
                         "text": pa.array(texts).cast(text_type)})

    def test_every_codec_page_version_and_encoding(self):
        for codec in CODECS:
            for page_version in ("1.0", "2.0"):
                for options in ({"use_dictionary": True}, {"use_dictionary": False},
                                {"use_dictionary": False,
                                 "column_encoding": {"text": "DELTA_BYTE_ARRAY"}},
                                {"use_dictionary": False,
                                 "column_encoding": {"text": "DELTA_LENGTH_BYTE_ARRAY"}}):
                    with self.subTest(codec=codec, page_version=page_version, options=options):
                        path = self.folder / "corpus.parquet"
                        pq.write_table(self.table(pa.string()), path, compression=codec,
                                       data_page_version=page_version, row_group_size=150,
                                       data_page_size=2000, **options)
                        self.assertEqual(read(path), self.expected)
                        self.assertEqual(read("--row-ranges", path), self.texts)

    def test_every_text_type(self):
        for text_type in (pa.string(), pa.large_string(), pa.string_view(),
                          pa.dictionary(pa.int32(), pa.string()),
                          pa.dictionary(pa.uint16(), pa.large_string())):
            for store_schema in (True, False):
                with self.subTest(text_type=str(text_type), store_schema=store_schema):
                    path = self.folder / "corpus.parquet"
                    pq.write_table(self.table(text_type), path, row_group_size=99,
                                   store_schema=store_schema)
                    self.assertEqual(read(path), self.expected)
                    self.assertEqual(read("--row-ranges", path), self.texts)

    def test_json_lines(self):
        for ascii_only in (True, False):
            path = self.folder / "corpus.jsonl.gz"
            with gzip.open(path, "wt", encoding="utf-8", newline="\n") as file:
                for title, text in self.documents:
                    record = {"title": title, "text": text}
                    file.write(json.dumps(record, ensure_ascii=ascii_only) + "\n")
            self.assertEqual(read(path), self.expected)

    def test_plain_text_as_python_splits_lines(self):
        lines = [text.replace("\n", " ").replace("\r", " ") for _, text in self.documents]
        for codec, ending in ((None, ".txt"), ("gzip", ".txt.gz"), ("zstd", ".txt.zst")):
            path = self.folder / f"corpus{ending}"
            with pa.output_stream(str(path), compression=codec) as file:
                file.write("".join(line + "\n" for line in lines).encode("utf-8"))
            self.assertEqual([text for _, _, text in read(path)], lines)


if __name__ == "__main__":
    unittest.main()
