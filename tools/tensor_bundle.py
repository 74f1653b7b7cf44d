"""Reads a TensorFlow tensor bundle (`NAME.index`, `NAME.data-00000-of-00001`) without TensorFlow.

The index is a sorted table in LevelDB's format: https://github.com/google/leveldb/blob/main/doc/table_format.md.
Its values are protocol buffers: under the empty key a BundleHeaderProto, under each tensor's name a
BundleEntryProto (tensorflow/core/protobuf/tensor_bundle.proto). Read is what a saved model on a small machine
writes: one data file, little-endian, float32, blocks that are not compressed. Everything else is refused.
The checksums (CRC-32C) inside the bundle are not read: whoever fetches a bundle pins its sha256.
"""

import dataclasses
import math
import pathlib

import numpy as np

FOOTER_SIZE = 48
TABLE_MAGIC = 0xDB4775248B80FB57
BLOCK_TRAILER_SIZE = 5  # compression type, CRC-32C
DT_FLOAT = 1


class BundleError(Exception):
    """A file that is not a bundle as described above; the message names the file."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """Where a tensor lies in the data file; offset and size in bytes."""

    shape: tuple
    offset: int
    size: int


def read_varint(data, position):
    """(value, position after it) of a base-128 number of at most 64 bits."""
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(data):
            raise BundleError("a number runs over the end of its block")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise BundleError("a number is longer than 64 bits")


def take(data, position, size):
    """(the next `size` bytes, position after them)."""
    if position + size > len(data):
        raise BundleError(f"{size} bytes expected, found {len(data) - position}")
    return data[position : position + size], position + size


def message_fields(data):
    """The fields of a protocol buffer: number -> list of values (int or bytes), in the order of the file."""
    fields, position = {}, 0
    while position < len(data):
        tag, position = read_varint(data, position)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == 0:
            value, position = read_varint(data, position)
        elif wire_type == 2:
            size, position = read_varint(data, position)
            value, position = take(data, position, size)
        elif wire_type in (1, 5):
            raw, position = take(data, position, 8 if wire_type == 1 else 4)
            value = int.from_bytes(raw, "little")
        else:
            raise BundleError(f"field {number} has the unknown wire type {wire_type}")
        fields.setdefault(number, []).append(value)
    return fields


def number_of(fields, field):
    """The last value of a number field; 0, the default of protocol buffers, if absent."""
    value = fields.get(field, [0])[-1]
    if not isinstance(value, int):
        raise BundleError(f"field {field} is not a number")
    return value


def messages_of(fields, field):
    """All values of a message field, each as its fields."""
    values = fields.get(field, [])
    if not all(isinstance(value, bytes) for value in values):
        raise BundleError(f"field {field} is not a message")
    return [message_fields(value) for value in values]


def block_at(table, handle):
    """The entries' bytes of the block of a handle (offset and size, as two numbers), without its restart points."""
    offset, position = read_varint(handle, 0)
    size, _ = read_varint(handle, position)
    block, position = take(table, offset, size)
    trailer, _ = take(table, position, BLOCK_TRAILER_SIZE)
    if trailer[0] != 0:
        raise BundleError(f"the block at byte {offset} is compressed (type {trailer[0]})")
    if size < 4:
        raise BundleError(f"the block at byte {offset} has {size} bytes, expected at least 4")
    num_restarts = int.from_bytes(block[-4:], "little")
    end = size - 4 * (num_restarts + 1)
    if end < 0:
        raise BundleError(f"the block at byte {offset} has {size} bytes, too few for {num_restarts} restart points")
    return block[:end]


def block_entries(block):
    """(key, value) of each entry. A key is stored without what it shares with the one before it."""
    key, position = b"", 0
    while position < len(block):
        shared, position = read_varint(block, position)
        not_shared, position = read_varint(block, position)
        value_size, position = read_varint(block, position)
        if shared > len(key):
            raise BundleError(f"a key shares {shared} bytes with one of {len(key)}")
        rest, position = take(block, position, not_shared)
        value, position = take(block, position, value_size)
        key = key[:shared] + rest
        yield key, value


def table_entries(table):
    """(key, value) of every entry of a table, in key order."""
    if len(table) < FOOTER_SIZE:
        raise BundleError(f"{len(table)} bytes, expected at least {FOOTER_SIZE}")
    footer = table[-FOOTER_SIZE:]
    magic = int.from_bytes(footer[-8:], "little")
    if magic != TABLE_MAGIC:
        raise BundleError(f"not a table: it ends with {magic:#x}, expected {TABLE_MAGIC:#x}")
    position = 0
    for _ in range(2):  # skips the handle of the meta index
        _, position = read_varint(footer, position)
    for _, handle in block_entries(block_at(table, footer[position:])):
        yield from block_entries(block_at(table, handle))


def check_header(message):
    fields = message_fields(message)
    num_shards, endianness = number_of(fields, 1), number_of(fields, 2)
    if num_shards != 1:
        raise BundleError(f"{num_shards} data files, expected 1")
    if endianness != 0:
        raise BundleError("big-endian, expected little-endian")


def entry_of(message):
    """The Entry of a BundleEntryProto."""
    fields = message_fields(message)
    dtype, shard = number_of(fields, 1), number_of(fields, 3)
    if dtype != DT_FLOAT:
        raise BundleError(f"data type {dtype}, expected {DT_FLOAT} (float32)")
    if 7 in fields:
        raise BundleError("stored in slices, expected whole")
    if shard != 0:
        raise BundleError(f"in data file {shard} of 1")
    shapes = messages_of(fields, 2)
    dimensions = [dimension for shape in shapes for dimension in messages_of(shape, 2)]
    shape = tuple(number_of(dimension, 1) for dimension in dimensions)
    entry = Entry(shape, number_of(fields, 4), number_of(fields, 5))
    if entry.size != 4 * math.prod(shape):
        raise BundleError(f"{entry.size} bytes, expected {4 * math.prod(shape)} for the shape {list(shape)}")
    return entry


def read_index(path):
    """Tensor name -> Entry, in the order of the names."""
    path = pathlib.Path(path)
    entries, place, headed = {}, str(path), False
    try:
        for key, value in table_entries(path.read_bytes()):
            name = key.decode("utf-8", "backslashreplace")
            place = f"{path}: {name or 'header'}"
            if name:
                entries[name] = entry_of(value)
            else:
                check_header(value)
                headed = True
        if not headed:
            raise BundleError("no header")
    except BundleError as error:
        raise BundleError(f"{place}: {error}") from None
    return entries


def read_bundle(prefix):
    """Tensor name -> float32 array, mapped from the data file and read-only."""
    entries = read_index(f"{prefix}.index")
    path = pathlib.Path(f"{prefix}.data-00000-of-00001")
    size = path.stat().st_size
    for name, entry in entries.items():
        if entry.offset + entry.size > size:
            end = entry.offset + entry.size
            raise BundleError(f"{path}: {name} ends at byte {end}, the file at byte {size}")
    data = np.memmap(path, dtype=np.uint8, mode="r") if size else np.zeros(0, np.uint8)
    return {
        name: data[entry.offset : entry.offset + entry.size].view("<f4").reshape(entry.shape)
        for name, entry in entries.items()
    }
