"""A small Parquet writer that chooses freely what the format allows: for tests of readers.

pyarrow writes pages of no values, empty row groups, mixed level encodings or missing statistics never or seldom; a reader meets
them in files of other writers. Source: the Apache Parquet format (parquet.thrift, Encodings.md, Compression.md).
"""

import dataclasses
import struct
import zlib

import pyarrow as pa

BYTE_ARRAY, INT32 = 6, 1
PLAIN, PLAIN_DICTIONARY, RLE, BIT_PACKED = 0, 2, 3, 4
DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY, RLE_DICTIONARY = 6, 7, 8
CODECS = {"none": 0, "snappy": 1, "gzip": 2, "brotli": 4, "lz4_hadoop": 5, "zstd": 6, "lz4_raw": 7}
DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2 = 0, 1, 2, 3


# Thrift's compact protocol. A struct is a dict of field number to value: int as (type, number), bytes, bool, list, dict.

def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def zigzag(number):
    return varint((number << 1) ^ (number >> 63) if number < 0 else number << 1)


def i32(number):
    return (5, number)


def i64(number):
    return (6, number)


def thrift_type(value):
    if isinstance(value, tuple):
        return value[0]
    return {bytes: 8, list: 9, dict: 12}[type(value)]


def thrift_value(value):
    if isinstance(value, tuple):
        return zigzag(value[1])
    if isinstance(value, bytes):
        return varint(len(value)) + value
    if isinstance(value, list):
        kind = thrift_type(value[0]) if value else 12
        head = bytes([len(value) << 4 | kind]) if len(value) < 15 else bytes([0xF0 | kind]) + varint(len(value))
        return head + b"".join(map(thrift_value, value))
    out = bytearray()
    last = 0
    for number, field in sorted(value.items()):
        kind = (1 if field else 2) if isinstance(field, bool) else thrift_type(field)
        out += bytes([(number - last) << 4 | kind]) if number - last < 16 else bytes([kind]) + zigzag(number)
        if not isinstance(field, bool):
            out += thrift_value(field)
        last = number
    return bytes(out) + b"\0"


# Encodings.

def bit_packed(values, width):
    packed = 0
    for i, value in enumerate(values):
        packed |= value << (i * width)
    return packed.to_bytes((len(values) * width + 7) // 8, "little")


def rle_hybrid(values, width, generator):
    """Runs of equal values and bit-packed groups of eight, in lengths drawn at random."""
    out = bytearray()
    begin = 0
    while begin < len(values):
        same = begin
        while same < len(values) and values[same] == values[begin]:
            same += 1
        if same - begin >= 8 or (same - begin > 0 and generator.random() < 0.3):
            count = generator.randint(1, same - begin)
            out += varint(count << 1) + values[begin].to_bytes((width + 7) // 8, "little")
            begin += count
            continue
        groups = generator.randint(1, 4)
        part = values[begin:begin + 8 * groups]
        groups = (len(part) + 7) // 8
        out += varint(groups << 1 | 1) + bit_packed(part + [0] * (8 * groups - len(part)), width)
        begin += len(part)
    return bytes(out)


def delta_binary_packed(values, block=128, miniblocks=4):
    out = bytearray(varint(block) + varint(miniblocks) + varint(len(values)) + zigzag(values[0] if values else 0))
    deltas = [after - before for before, after in zip(values, values[1:])]
    for begin in range(0, len(deltas), block):
        part = deltas[begin:begin + block]
        lowest = min(part)
        size = block // miniblocks
        minis = [[delta - lowest for delta in part[i:i + size]] for i in range(0, block, size)]
        widths = [max(mini, default=0).bit_length() for mini in minis]
        out += zigzag(lowest) + bytes(widths)
        for mini, width in zip(minis, widths):
            if mini:
                out += bit_packed(mini + [0] * (size - len(mini)), width)
    return bytes(out)


def delta_length(values):
    return delta_binary_packed([len(value) for value in values]) + b"".join(values)


def delta_byte_array(values):
    prefixes, suffixes = [], []
    before = b""
    for value in values:
        length = 0
        while length < min(len(before), len(value)) and before[length] == value[length]:
            length += 1
        prefixes.append(length)
        suffixes.append(value[length:])
        before = value
    return delta_binary_packed(prefixes) + delta_length(suffixes)


def plain(values):
    return b"".join(struct.pack("<I", len(value)) + value for value in values)


ENCODERS = {PLAIN: plain, DELTA_LENGTH_BYTE_ARRAY: delta_length, DELTA_BYTE_ARRAY: delta_byte_array}


def compress(data, codec):
    if codec == "none":
        return data
    if codec == "lz4_hadoop":
        block = pa.compress(data, codec="lz4_raw", asbytes=True)
        return struct.pack(">II", len(data), len(block)) + block
    return pa.compress(data, codec=codec, asbytes=True)


# Files.

@dataclasses.dataclass
class Page:
    values: list                 # bytes or None
    encoding: int = PLAIN        # RLE_DICTIONARY or PLAIN_DICTIONARY gives the chunk a dictionary
    version: int = 1
    is_compressed: bool = True   # version 2
    statistics: bool = False
    claims: dict = dataclasses.field(default_factory=dict)  # false "values", "size", "crc" to write


@dataclasses.dataclass
class Chunk:
    pages: list
    codec: str = "none"
    checksums: bool = False
    names_dictionary: bool = True  # whether dictionary_page_offset is set
    index_page: bool = False       # adds a page of another type, which readers must skip
    dictionary_claims: dict = dataclasses.field(default_factory=dict)
    index_shift: int = 0           # added to every index into the dictionary


@dataclasses.dataclass
class Column:
    name: str = "text"
    optional: bool = True
    annotation: str = "both"  # "both", "converted", "logical", "none"


class FileWriter:
    """Files of columns of strings, and a struct of two numbers before them where asked for."""

    def __init__(self, generator, columns=(Column(),), struct_before=False):
        self.generator = generator
        self.columns = columns
        self.struct_before = struct_before
        self.out = bytearray(b"PAR1")
        self.row_groups = []
        self.num_rows = 0

    def page(self, kind, header, body, size, checksums, claims):
        fields = {1: i32(kind), 2: i32(claims.get("size", size)), 3: i32(claims.get("body", len(body))), **header}
        if checksums:
            crc = zlib.crc32(body) ^ claims.get("crc", 0)
            fields[4] = i32(crc - (1 << 32) if crc >> 31 else crc)
        self.out += thrift_value(fields) + body

    def data_page(self, page, chunk, column, dictionary):
        present = [value for value in page.values if value is not None]
        if page.encoding in (RLE_DICTIONARY, PLAIN_DICTIONARY):
            indices = [dictionary[value] + chunk.index_shift for value in present]
            width = max([len(dictionary) - 1, *indices]).bit_length()
            encoded = bytes([width]) + rle_hybrid(indices, width, self.generator)
        else:
            encoded = ENCODERS[page.encoding](present)
        levels = b""
        if column.optional:
            levels = rle_hybrid([int(value is not None) for value in page.values], 1, self.generator)
        num_values = i32(page.claims.get("values", len(page.values)))
        num_nulls = len(page.values) - len(present)
        statistics = {3: i64(num_nulls)} if page.statistics else None
        if page.version == 1:
            body = (struct.pack("<I", len(levels)) + levels if column.optional else b"") + encoded
            header = {1: num_values, 2: i32(page.encoding), 3: i32(RLE), 4: i32(RLE)}
            if statistics:
                header[5] = statistics
            self.page(DATA_PAGE, {5: header}, compress(body, chunk.codec), len(body), chunk.checksums, page.claims)
            return
        header = {1: num_values, 2: i32(num_nulls), 3: num_values, 4: i32(page.encoding), 5: i32(len(levels)),
                  6: i32(0), 7: page.is_compressed}
        if statistics:
            header[8] = statistics
        body = levels + (compress(encoded, chunk.codec) if page.is_compressed else encoded)
        self.page(DATA_PAGE_V2, {8: header}, body, len(levels) + len(encoded), chunk.checksums, page.claims)

    def dictionary_page(self, values, chunk, encoding):
        body = plain(values)
        header = {1: i32(chunk.dictionary_claims.get("values", len(values))), 2: i32(encoding)}
        self.page(DICTIONARY_PAGE, {7: header}, compress(body, chunk.codec), len(body), chunk.checksums,
                  chunk.dictionary_claims)

    def chunk(self, chunk, column):
        begin = len(self.out)
        uses = [page for page in chunk.pages if page.encoding in (RLE_DICTIONARY, PLAIN_DICTIONARY)]
        dictionary = {}
        for page in uses:
            for value in page.values:
                if value is not None:
                    dictionary.setdefault(value, len(dictionary))
        if uses:
            old = uses[0].encoding == PLAIN_DICTIONARY
            self.dictionary_page(list(dictionary), chunk, PLAIN_DICTIONARY if old else PLAIN)
        if chunk.index_page:
            self.page(INDEX_PAGE, {6: {}}, b"", 0, False, {})
        data_begin = len(self.out) if chunk.names_dictionary else begin
        for page in chunk.pages:
            self.data_page(page, chunk, column, dictionary)
        num_values = sum(len(page.values) for page in chunk.pages)
        encodings = sorted({page.encoding for page in chunk.pages} | {RLE})
        size = i64(len(self.out) - begin)
        meta = {1: i32(BYTE_ARRAY), 2: [i32(encoding) for encoding in encodings], 3: [column.name.encode()],
                4: i32(CODECS[chunk.codec]), 5: i64(num_values), 6: size, 7: size, 9: i64(data_begin)}
        if uses and chunk.names_dictionary:
            meta[11] = i64(begin)
        return {2: i64(begin), 3: meta}, num_values

    def numbers(self, path, count):
        begin = len(self.out)
        body = struct.pack(f"<{count}i", *range(count))
        header = {1: i32(count), 2: i32(PLAIN), 3: i32(RLE), 4: i32(RLE)}
        self.page(DATA_PAGE, {5: header}, body, len(body), False, {})
        size = i64(len(self.out) - begin)
        return {2: i64(begin), 3: {1: i32(INT32), 2: [i32(PLAIN)], 3: path, 4: i32(0), 5: i64(count), 6: size, 7: size,
                                   9: i64(begin)}}

    def row_group(self, *chunks, num_rows=None):
        """A chunk for each column; `num_rows`: a claim instead of the truth."""
        begin = len(self.out)
        written = [self.chunk(chunk, column) for chunk, column in zip(chunks, self.columns)]
        if num_rows is None:
            num_rows = written[0][1]
        columns = [chunk for chunk, _ in written]
        if self.struct_before:
            columns = [self.numbers([b"meta", leaf], num_rows) for leaf in (b"a", b"text")] + columns
        self.row_groups.append({1: columns, 2: i64(len(self.out) - begin), 3: i64(num_rows)})
        self.num_rows += num_rows

    def finish(self, path, num_rows=None):
        """Writes the file; `num_rows`: a claim instead of the truth."""
        schema = [{4: b"schema", 5: i32(len(self.columns) + int(self.struct_before))}]
        if self.struct_before:
            schema += [{3: i32(0), 4: b"meta", 5: i32(2)}, {1: i32(INT32), 3: i32(0), 4: b"a"},
                       {1: i32(INT32), 3: i32(0), 4: b"text"}]
        for column in self.columns:
            element = {1: i32(BYTE_ARRAY), 3: i32(1 if column.optional else 0), 4: column.name.encode()}
            if column.annotation in ("both", "converted"):
                element[6] = i32(0)
            if column.annotation in ("both", "logical"):
                element[10] = {1: {}}
            schema.append(element)
        footer = thrift_value({1: i32(2), 2: schema, 3: i64(self.num_rows if num_rows is None else num_rows),
                               4: self.row_groups, 6: b"zipflens tests"})
        with open(path, "wb") as file:
            file.write(bytes(self.out) + footer + struct.pack("<I", len(footer)) + b"PAR1")
