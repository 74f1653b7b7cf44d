"""Writes TensorFlow tensor bundles for tests, from the formats' descriptions; see tools/tensor_bundle.py for both."""

import dataclasses

import numpy as np

FOOTER_SIZE = 48
TABLE_MAGIC = 0xDB4775248B80FB57


@dataclasses.dataclass
class Layout:
    """How the bundle is written; the defaults are what a saved model has, but for smaller blocks."""

    entries_in_block: int = 3
    restart_interval: int = 2
    compression: int = 0
    num_shards: int = 1
    endianness: int = 0
    dtype: int = 1
    extra_field: bytes = b""  # appended to each tensor's message
    header: bool = True


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def number_field(field, value):
    return varint(field << 3) + varint(value)


def message_field(field, message):
    return varint(field << 3 | 2) + varint(len(message)) + message


def header_message(layout):
    version = number_field(1, 1)
    return number_field(1, layout.num_shards) + number_field(2, layout.endianness) + message_field(3, version)


def entry_message(array, offset, layout):
    shape = b"".join(message_field(2, number_field(1, size)) for size in array.shape)
    checksum = varint(6 << 3 | 5) + bytes(4)
    return (number_field(1, layout.dtype) + message_field(2, shape) + number_field(4, offset)
            + number_field(5, array.nbytes) + checksum + layout.extra_field)


def block(entries, restart_interval):
    """The bytes of a block; keys share their beginnings, but for one in `restart_interval`."""
    out, restarts, previous = b"", [], b""
    for number, (key, value) in enumerate(entries):
        shared = 0
        if number % restart_interval == 0:
            restarts.append(len(out))
        else:
            while shared < min(len(previous), len(key)) and previous[shared] == key[shared]:
                shared += 1
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        previous = key
    restarts = restarts or [0]
    return out + b"".join(number.to_bytes(4, "little") for number in [*restarts, len(restarts)])


def table(entries, layout):
    """The bytes of a table of sorted entries."""
    out, handles = b"", []

    def add(content, compression=0):
        nonlocal out
        handle = varint(len(out)) + varint(len(content))
        out += content + bytes([compression]) + bytes(4)
        return handle

    for first in range(0, len(entries), layout.entries_in_block):
        some = entries[first : first + layout.entries_in_block]
        handles.append((some[-1][0], add(block(some, layout.restart_interval), layout.compression)))
    footer = add(block([], 1)) + add(block(handles, 1))
    return out + footer.ljust(FOOTER_SIZE - 8, b"\0") + TABLE_MAGIC.to_bytes(8, "little")


def write_bundle(prefix, tensors, layout=None):
    """Writes PREFIX.index and PREFIX.data-00000-of-00001. tensors: name -> float32 array."""
    layout = layout or Layout()
    entries, data = [(b"", header_message(layout))] if layout.header else [], b""
    for name, array in sorted(tensors.items()):
        entries.append((name.encode(), entry_message(array, len(data), layout)))
        data += array.astype("<f4").tobytes()
    prefix.with_name(prefix.name + ".index").write_bytes(table(entries, layout))
    prefix.with_name(prefix.name + ".data-00000-of-00001").write_bytes(data)


def random_tensors(shapes, seed=1):
    """name -> float32 array of the shape."""
    rng = np.random.default_rng(seed)
    return {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
