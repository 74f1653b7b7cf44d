"""Random and damaged safetensors files: what the safetensors package refuses is refused, and what both read is the same."""

import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import safetensors

PROBE = sys.argv.pop(1)
SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "U16": 2, "U32": 4, "U64": 8,
         "BOOL": 1}
ROUNDS = 4000


def as_file(header, data):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def random_file(generator):
    """A file that is right, as (header, data)."""
    header, data = {}, b""
    if generator.random() < 0.3:
        header["__metadata__"] = {"format": "pt"}
    for i in range(generator.randrange(4)):
        dtype = generator.choice(sorted(SIZES))
        shape = [generator.randrange(4) for _ in range(generator.randrange(4))]
        size = SIZES[dtype] * int(np.prod(shape, dtype=np.int64))
        header[f"t{i}"] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + size]}
        data += generator.randbytes(size)
    names = list(header)
    generator.shuffle(names)
    return {name: header[name] for name in names}, data


def change(value, generator):
    """Another JSON value in place of this one."""
    odd = (None, True, -1, 0, 1, 2, 2**62, 2**63, 2**64, 1.5, "", "F32", [], {}, [1], [2**62, 2**62, 0], [0, 2**62, 2**62], [0, 4])
    if isinstance(value, int) and generator.random() < 0.6:
        return value + generator.choice((-4, -1, 1, 4))
    return generator.choice(odd)


def damaged(header, data, generator):
    """The same file with one or two faults in its header, its bytes or its length."""
    for _ in range(generator.randrange(1, 3)):
        kind = generator.randrange(6)
        tensors = [name for name in header if name != "__metadata__"]
        if kind < 3 and tensors:
            tensor = header[generator.choice(tensors)]
            field = generator.choice(sorted(tensor)) if tensor else "dtype"
            old = tensor.get(field)
            if isinstance(old, list) and old and generator.random() < 0.7:
                old[generator.randrange(len(old))] = change(1, generator)
            elif generator.random() < 0.2:
                tensor.pop(field, None)
            else:
                tensor[field] = change(old, generator)
        elif kind == 3:
            data = data[:-1] if generator.random() < 0.5 else data + b"x"
        elif kind == 4:
            header["__metadata__"] = generator.choice((None, 5, {"a": "b"}, {"a": 1}, [], {"a": None}))
    content = bytearray(as_file(header, data))
    if generator.random() < 0.3:
        content[generator.randrange(len(content))] = generator.randrange(256)
    return bytes(content)


def reference(content):
    """{name: (dtype, shape, data)}, or None if the package refuses the file."""
    try:
        return {name: (tensor["dtype"], tensor["shape"], bytes(tensor["data"]))
                for name, tensor in safetensors.deserialize(content)}
    except safetensors.SafetensorError:
        return None


def has_twice(content):
    """Whether an object of the header has a field twice: there the package refuses, and zipflens takes the last one."""
    twice = []

    def pairs(items):
        names = [name for name, _ in items]
        twice.append(len(names) > len(set(names)))
        return dict(items)

    json.loads(content[8:8 + struct.unpack("<Q", content[:8])[0]], object_pairs_hook=pairs)
    return any(twice)


def float32_digits(dtype, data):
    """The values as float32, as hex digits; None if one of them is not finite."""
    if dtype == "BF16":
        values = (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
    else:
        values = np.frombuffer(data, "<f4" if dtype == "F32" else "<f2").astype("<f4")
    return "".join(f"{bits:08x}" for bits in values.view("<u4")) if np.isfinite(values).all() else None


class AgainstReference(unittest.TestCase):
    def check(self, contents):
        with tempfile.TemporaryDirectory() as folder:
            paths = [pathlib.Path(folder) / f"{i}.safetensors" for i in range(len(contents))]
            for path, content in zip(paths, contents):
                path.write_bytes(content)
            found = subprocess.run([PROBE], input="\n".join(map(str, paths)) + "\n", capture_output=True, text=True, check=True)
        answers = [json.loads(line) for line in found.stdout.splitlines()]
        self.assertEqual(len(answers), len(contents))
        num_read = 0
        for content, answer in zip(contents, answers):
            expected = reference(content)
            with self.subTest(content=content[:400]):
                if expected is None:
                    known = all(t["dtype"] in SIZES for t in answer.get("tensors", {}).values())
                    self.assertTrue("error" in answer or not known or has_twice(content), answer)
                elif "error" in answer:
                    self.assertIn("an object with dtype, shape", answer["error"])  # an array in place of an object
                else:
                    num_read += 1
                    self.compare(content, answer["tensors"], expected)
        return num_read

    def compare(self, content, found, expected):
        self.assertEqual(set(found), set(expected))
        for name, (dtype, shape, data) in expected.items():
            tensor = found[name]
            self.assertEqual((tensor["dtype"], tensor["shape"]), (dtype, shape))
            begin, end = tensor["bytes"]
            self.assertEqual(content[begin:end], data)
            if "values" in tensor:
                self.assertEqual(tensor["values"], float32_digits(dtype, data))

    def test_right_files(self):
        generator = random.Random(11)
        self.assertEqual(self.check([as_file(*random_file(generator)) for _ in range(300)]), 300)

    def test_damaged_files(self):
        generator = random.Random(12)
        num_read = self.check([damaged(*random_file(generator), generator) for _ in range(ROUNDS)])
        self.assertTrue(ROUNDS / 20 < num_read < ROUNDS * 19 / 20, num_read)

    def test_headers_that_are_odd(self):
        tensor = b'{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
        headers = [b"", b"{}", b"[]", b"null", b" {}", b"{}\0", b"{} \n", b"\xef\xbb\xbf{}", b'{"a":' + tensor + b"}", b'{"":' + tensor + b"}",
                   b'{"\xff":' + tensor + b"}", b'{"\\ud800":' + tensor + b"}", b'{"a":' + tensor.replace(b"[1]", b"[-0]") + b"}",
                   b'{"a":' + tensor.replace(b"[1]", b"[1e0]") + b"}", b'{"a":' + b"[" * 200 + b"]" * 200 + b"}",
                   b'{"a":' + tensor + b',"a":' + tensor + b"}"]
        self.check([as_file(header, data) for header in headers for data in (b"", b"\0" * 4)])


if __name__ == "__main__":
    unittest.main()
