"""Every way in reads the same documents out of random valid Parquet files, those that pyarrow reads.

Half of the files are written by pyarrow, half by parquet_writer.py. The number of files comes from ZIPFLENS_PARQUET_FILES, the seed
from ZIPFLENS_PARQUET_SEED.
"""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import pyarrow as pa
import pyarrow.parquet as pq

from tests.corpus import parquet_writer as writer

PROBE = sys.argv.pop(1)
ZIPFLENS = os.environ["ZIPFLENS"]
MODEL = pathlib.Path(os.environ["ZIPFLENS_SOURCE"]) / "data" / "all-minilm-l6-v2"
NUM_FILES = int(os.environ.get("ZIPFLENS_PARQUET_FILES", "48"))
SEED = int(os.environ.get("ZIPFLENS_PARQUET_SEED", "16"))
ENCODINGS = (writer.PLAIN, writer.RLE_DICTIONARY, writer.PLAIN_DICTIONARY, writer.DELTA_LENGTH_BYTE_ARRAY,
             writer.DELTA_BYTE_ARRAY)


class Generator(random.Random):
    def text(self):
        kind = self.random()
        if kind < 0.2:
            return ""
        if kind < 0.5:
            return self.choice(("the cat", "the cat sat", "the catalogue", "a"))
        letters = (range(0x20, 0x7F), range(1, 0x800), range(0x800, 0xD800), range(0xE000, 0x110000))
        length = self.choice((1, 3, 20, 300)) if kind < 0.98 else 20_000
        return "".join(chr(self.choice(self.choice(letters))) for _ in range(length))

    def texts(self, count, nulls):
        return [None if self.random() < nulls else self.text() for _ in range(count)]

    def null_share(self):
        return self.choice((0, 0, 0.1, 0.9, 1))


def bytes_of(texts):
    return [None if text is None else text.encode() for text in texts]


def random_chunk(generator, texts):
    """Pages of any number of values, none among them, each with an encoding and a version of its own."""
    pages = []
    dictionary = generator.choice((writer.RLE_DICTIONARY, writer.PLAIN_DICTIONARY))
    allowed = [encoding for encoding in ENCODINGS
               if encoding == dictionary or encoding not in (writer.RLE_DICTIONARY, writer.PLAIN_DICTIONARY)]
    allowed = generator.sample(allowed, generator.randint(1, len(allowed)))
    begin = 0
    while begin < len(texts) or generator.random() < 0.3:
        end = min(len(texts), begin + generator.choice((0, 1, 2, 7, 63, 64, 65, 300)))
        pages.append(writer.Page(bytes_of(texts[begin:end]), encoding=generator.choice(allowed),
                                 version=generator.choice((1, 2)), is_compressed=generator.random() < 0.8,
                                 statistics=generator.random() < 0.3))
        begin = end
    return writer.Chunk(pages, codec=generator.choice(list(writer.CODECS)), checksums=generator.random() < 0.5,
                        names_dictionary=generator.random() < 0.7, index_page=generator.random() < 0.1)


def write_by_hand(generator, path):
    """Returns texts, titles (or None), and whether pyarrow is known to lose rows of the file."""
    has_title = generator.random() < 0.5
    columns = [writer.Column(optional=generator.random() < 0.8,
                             annotation=generator.choice(("both", "converted", "logical")))]
    if has_title:
        columns.append(writer.Column("title", optional=generator.random() < 0.8))
    file = writer.FileWriter(generator, columns, struct_before=generator.random() < 0.3)
    contents = [[] for _ in columns]
    pyarrow_loses_rows = False
    for _ in range(generator.randint(1, 5)):
        count = generator.choice((0, 1, 5, 64, 200))
        chunks = []
        for column, content in zip(columns, contents):
            texts = generator.texts(count, generator.null_share() if column.optional else 0)
            content += texts
            chunks.append(random_chunk(generator, texts))
            # The reader of pyarrow treats an empty first page as the end of the column chunk.
            pyarrow_loses_rows |= count > 0 and not chunks[-1].pages[0].values
        file.row_group(*chunks)
    file.finish(path)
    return contents[0], contents[1] if has_title else None, pyarrow_loses_rows


def write_with_pyarrow(generator, path):
    count = generator.choice((1, 10, 100, 700))
    texts = generator.texts(count, generator.null_share())
    text_type = generator.choice((pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string()),
                                  pa.dictionary(pa.int16(), pa.large_string())))
    columns = {"id": pa.array(range(count))}
    if generator.random() < 0.3:
        columns["meta"] = pa.array([{"text": "no", "list": [1] * (i % 3)} for i in range(count)])
    columns["text"] = pa.array(texts, pa.string()).cast(text_type)
    titles = None
    if generator.random() < 0.5:
        titles = generator.texts(count, generator.null_share())
        columns["title"] = pa.array(titles, pa.string()).cast(generator.choice((pa.string(), pa.large_string())))
        if generator.random() < 0.3:
            numbers = [None if title is None else i for i, title in enumerate(titles)]
            titles = [None if number is None else str(number) for number in numbers]
            columns["title"] = pa.array(numbers, pa.int32())
    encoding = generator.choice((None, None, "PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"))
    options = {"use_dictionary": False, "column_encoding": {"text": encoding}} if encoding else {
        "use_dictionary": generator.random() < 0.7, "dictionary_pagesize_limit": generator.choice((100, 1 << 20))}
    with pq.ParquetWriter(path, pa.table(columns).schema, compression=generator.choice(
            ("none", "snappy", "gzip", "brotli", "lz4", "zstd")), data_page_version=generator.choice(("1.0", "2.0")),
                          data_page_size=generator.choice((1, 100, 1 << 20)), write_batch_size=generator.choice((1, 7, 1024)),
                          write_statistics=generator.random() < 0.5, store_schema=generator.random() < 0.7,
                          write_page_checksum=generator.random() < 0.5, write_page_index=generator.random() < 0.3,
                          **options) as file:
        table = pa.table(columns)
        begin = 0
        while begin < count:
            if generator.random() < 0.2:
                file.write_table(table.slice(begin, 0))  # an empty row group
            rows = generator.choice((1, 50, 64, 500))
            file.write_table(table.slice(begin, rows), row_group_size=generator.choice((1, 33, 1000)))
            begin += rows
    return texts, titles, False


def probe(*arguments):
    result = subprocess.run([PROBE, "--skip-bad-lines", *map(str, arguments)], capture_output=True, check=False)
    if result.returncode != 0:
        return result.stderr.decode()
    return [json.loads(line) for line in result.stdout.decode("utf-8").split("\n")[:-1]]


class RandomFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "train.parquet"

    def compare_pyarrow(self, texts):
        """Returns whether pyarrow says that it cannot read such a file."""
        try:
            found = pq.read_table(self.path, columns=["text"])["text"].to_pylist()
        except OSError as error:
            self.assertIn("Not yet implemented: DecodeArrow of DictAccumulator for Delta", str(error))
            return True
        self.assertEqual(found, texts)
        return False

    def compare(self, generator, texts, titles):
        expected = [[row, text] for row, text in enumerate(texts) if text is not None]
        self.assertEqual(probe("--row-ranges", self.path), [text for _, text in expected])
        self.assertEqual(probe("--no-titles", self.path), [[row, "", text] for row, text in expected])
        whole = [[row, (titles[row] if titles else None) or "", text] for row, text in expected]
        self.assertEqual(probe(self.path), whole)
        begin, end = sorted(generator.sample(range(len(texts) + 1), 2))
        some = [[row - begin, title, text] for row, title, text in whole if begin <= row < end]
        for arguments in ((), ("--row-ranges",)):
            found = probe(*arguments, f"{self.path}:train[{begin}:{end}]")
            self.assertEqual(found, [text for _, _, text in some] if arguments else some)

    def compare_commands(self, texts):
        """tokenize and count give as many tokens as a file of lines with the same texts."""
        lines = self.path.with_suffix(".jsonl")
        lines.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts if text is not None))
        outputs = []
        for corpus in (self.path, lines):
            result = [subprocess.run([ZIPFLENS, "tokenize", "--model", MODEL, "--corpus", corpus, "--skip-bad-lines"],
                                     capture_output=True, check=True).stdout]
            counts = self.path.with_suffix(".csv")
            subprocess.run([ZIPFLENS, "count", "--model", MODEL, "--corpus", corpus, "--skip-bad-lines", "--quiet",
                            "--force", "--out", counts], capture_output=True, check=True)
            outputs.append([*result, counts.read_bytes()])
        self.assertEqual(*outputs)

    def test_random_files(self):
        num_lost = num_refused = 0
        for number in range(NUM_FILES):
            generator = Generator(f"{SEED} {number}")
            with self.subTest(number=number):
                write = write_with_pyarrow if number % 2 else write_by_hand
                texts, titles, pyarrow_loses_rows = write(generator, self.path)
                if not pyarrow_loses_rows:
                    num_refused += self.compare_pyarrow(texts)
                num_lost += pyarrow_loses_rows
                if not texts:
                    self.assertIn("found no rows", probe(self.path))
                    continue
                self.compare(generator, texts, titles)
                if number % 16 < 2 and any(texts) and os.path.exists(ZIPFLENS):
                    self.compare_commands(texts)
        print(f"{NUM_FILES} files, {num_lost} of them with rows that pyarrow loses, {num_refused} that it cannot read")


if __name__ == "__main__":
    unittest.main()
