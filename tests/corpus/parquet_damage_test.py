"""Damaged, false and encrypted Parquet files are refused in words, quickly and in little memory, whatever they claim."""

import base64
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import unittest

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

from tests.corpus import parquet_writer as writer

PROBE = sys.argv.pop(1)
MOST_BYTES = 600 << 20
MOST_SECONDS = 10


class KeysInTheOpen(pe.KmsClient):
    def __init__(self, _config):
        pe.KmsClient.__init__(self)

    def wrap_key(self, key_bytes, master_key_identifier):
        return base64.b64encode(key_bytes)

    def unwrap_key(self, wrapped_key, master_key_identifier):
        return base64.b64decode(wrapped_key)


def run(*arguments):
    """Exit code, output, message, and the seconds of processor time."""
    begin = child_seconds()
    process = subprocess.Popen([PROBE, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
    out, message = process.communicate(timeout=60)
    return process.returncode, out, message.decode(), child_seconds() - begin


def child_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def peak_bytes():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10


class Damage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "corpus.parquet"

    def write(self, *chunks, claims=None, num_rows=None, **options):
        file = writer.FileWriter(random.Random(1), **options)
        for chunk in chunks:
            file.row_group(chunk, num_rows=claims)
        file.finish(self.path, num_rows)

    def refuse(self, *fragments):
        for arguments in ((), ("--no-titles",), ("--row-ranges",), ("--skip-bad-lines",)):
            code, _, message, seconds = run(*arguments, self.path)
            self.assertEqual(code, 1, (arguments, message))
            self.assertTrue(message.startswith(str(self.path)), message)
            for fragment in fragments:
                self.assertIn(fragment, message)
            self.assertLess(seconds, MOST_SECONDS)
        self.assertLess(peak_bytes(), MOST_BYTES)

    def test_row_counts_that_are_not_their_sum(self):
        chunk = writer.Chunk([writer.Page([b"a", b"b"])])
        self.write(chunk, chunk, num_rows=5)
        self.refuse("footer: found 5 rows; expected 4, the sum of its row groups")
        self.write(chunk, chunk, num_rows=10 ** 11)
        self.refuse("footer: found 100000000000 rows")
        self.write(chunk, claims=-1)
        self.refuse("row group 0: found -1 rows")
        self.write(chunk, chunk, claims=2 ** 62)
        self.refuse("rows")
        self.write(chunk, chunk, claims=2 ** 40)
        self.refuse("row group 1: found 1099511627776 rows; expected a number of rows, at most 2^40 in a file")

    def test_row_counts_of_splits_that_do_not_fit_64_bits(self):
        """Sums over files and percentages of such counts would wrap round."""
        chunk = writer.Chunk([writer.Page([b"a", b"b"])])
        self.write(chunk, claims=2 ** 62)
        for split in ("train", "train[:5%]", "train[-1:]"):
            code, _, message, _ = run(f"{self.path}:{split}")
            self.assertEqual(code, 1, message)
            self.assertIn("at most 2^40 in a file", message)

    def test_row_groups_with_more_or_fewer_values(self):
        chunk = writer.Chunk([writer.Page([b"a", b"b"]), writer.Page([b"c"])])
        self.write(chunk, chunk, claims=5)
        self.refuse("3 values in a row group of 5 rows")
        self.write(chunk, chunk, claims=10 ** 11)
        self.refuse("3 values in a row group of 100000000000 rows")
        self.write(chunk, chunk, claims=2)
        self.refuse("a page of 1 values where 0 of a row group's 2 rows are left")

    def test_pages_that_claim_more_than_they_hold(self):
        for version in (1, 2):
            for encoding in (writer.PLAIN, writer.RLE_DICTIONARY, writer.DELTA_BYTE_ARRAY, writer.DELTA_LENGTH_BYTE_ARRAY):
                with self.subTest(version=version, encoding=encoding):
                    page = writer.Page([b"a", b"b"], encoding=encoding, version=version, claims={"values": 2 ** 31 - 1})
                    self.write(writer.Chunk([page]))
                    self.refuse("values where 2 of a row group's 2 rows are left")
                    self.write(writer.Chunk([page]), claims=2 ** 31 - 1)
                    self.refuse()
        for codec in ("none", "zstd", "snappy", "gzip", "lz4_raw", "brotli"):
            for claims in ({"size": 2 ** 31 - 1}, {"size": 1}, {"body": 2 ** 31 - 1}, {"size": -1}, {"body": -1}):
                with self.subTest(codec=codec, claims=claims):
                    page = writer.Page([b"some text " * 20] * 3, claims=claims)
                    self.write(writer.Chunk([page], codec=codec))
                    if codec == "none" and "size" in claims:
                        run(self.path)  # any answer is accepted except a crash
                    else:
                        self.refuse()

    def test_dictionaries_that_claim_more_than_they_hold(self):
        page = writer.Page([b"a", b"b"], encoding=writer.RLE_DICTIONARY)
        for count in (3, 2 ** 31 - 1, -1):
            self.write(writer.Chunk([page], dictionary_claims={"values": count}))
            self.refuse()

    def test_indices_beyond_the_dictionary(self):
        page = writer.Page([b"a", b"b"], encoding=writer.RLE_DICTIONARY)
        for shift in (1, 1000, 10 ** 6, 2 ** 31):
            self.write(writer.Chunk([page], index_shift=shift))
            self.refuse()
        # As pyarrow writes a column of dictionaries: the schema requests a dictionary in memory.
        pq.write_table(pa.table({"text": pa.array(["a", "b", "a"]).dictionary_encode()}), self.path)
        whole = self.path.read_bytes()
        found = set()
        for offset in range(4, len(whole)):
            for flip in (0x01, 0x80, 0xFF):
                damaged = bytearray(whole)
                damaged[offset] ^= flip
                self.path.write_bytes(damaged)
                if offset % 16 == 4:  # testing every offset would take minutes
                    found.add(run("--skip-bad-lines", self.path)[0])
        self.assertLessEqual(found, {0, 1})

    def test_a_page_that_decompresses_to_gigabytes(self):
        page = writer.Page([b"x" * (1 << 20)] * 1500)
        self.write(writer.Chunk([page], codec="zstd"))
        self.assertLess(self.path.stat().st_size, 1 << 20)
        self.refuse("limit")

    def test_a_text_longer_than_a_document_may_be(self):
        self.write(writer.Chunk([writer.Page([b"first", b"x" * 64_000_001])], codec="zstd"))
        code, out, message, _ = run(self.path)
        self.assertEqual((code, out.count(b"\n")), (1, 1), message)
        self.assertIn("row 1, column text: found a text of more than 64000000 bytes", message)
        self.assertEqual(run("--skip-bad-lines", self.path)[:2], (0, b'[0,"","first"]\n'))

    def test_checksums(self):
        page = [b"some text"] * 5
        for version in (1, 2):
            for codec in ("none", "zstd"):
                for encoding in (writer.PLAIN, writer.RLE_DICTIONARY):
                    good = writer.Page(page, version=version, encoding=encoding)
                    bad = writer.Page(page, version=version, encoding=encoding, claims={"crc": 4})
                    self.write(writer.Chunk([good, good], codec=codec, checksums=True))
                    self.assertEqual(run(self.path)[0], 0)
                    self.write(writer.Chunk([good, bad], codec=codec, checksums=True))
                    self.refuse("CRC")

    def test_columns_of_different_lengths(self):
        columns = [writer.Column(), writer.Column("title")]
        for titles in ([b"t"], [b"t"] * 3):
            file = writer.FileWriter(random.Random(1), columns)
            file.row_group(writer.Chunk([writer.Page([b"a", b"b"])]), writer.Chunk([writer.Page(titles)]))
            file.finish(self.path)
            code, _, message, _ = run(self.path)
            self.assertEqual(code, 1)
            self.assertIn("row", message)

    def test_truncated_at_many_lengths(self):
        self.write(*[writer.Chunk([writer.Page([b"a text"] * 9, version=2)], codec="gzip")] * 4)
        whole = self.path.read_bytes()
        for length in range(1, len(whole), max(1, len(whole) // 12)):
            self.path.write_bytes(whole[:length])
            self.refuse("Parquet")

    def test_encrypted_files_and_columns(self):
        table = pa.table({"text": ["a secret"], "id": [1], "title": ["open"]})
        factory = pe.CryptoFactory(KeysInTheOpen)
        for plaintext_footer, words in ((False, "an encrypted Parquet file"), (True, "column text: found encrypted data")):
            properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), pe.EncryptionConfiguration(
                footer_key="footer", column_keys={"column": ["text"]}, plaintext_footer=plaintext_footer))
            with pq.ParquetWriter(self.path, table.schema, encryption_properties=properties) as file:
                file.write_table(table)
            self.refuse(words)
        properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), pe.EncryptionConfiguration(
            footer_key="footer", column_keys={"column": ["id"]}, plaintext_footer=True))
        with pq.ParquetWriter(self.path, table.schema, encryption_properties=properties) as file:
            file.write_table(table)
        self.assertEqual(run(self.path)[:2], (0, b'[0,"open","a secret"]\n'))


if __name__ == "__main__":
    unittest.main()
