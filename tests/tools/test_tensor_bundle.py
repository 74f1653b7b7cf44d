"""The reader of TensorFlow tensor bundles gives what was written, and refuses what it does not read."""

import os
import pathlib
import random
import sys
import tempfile
import unittest

import numpy as np

from tests.tools.tensor_bundle_writer import Layout, message_field, random_tensors, write_bundle

ROOT = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])
sys.path.insert(0, str(ROOT / "tools"))

import tensor_bundle  # noqa: E402  (found by the path above)

SHAPES = {
    "module/bert/a": (300, 2),
    "module/bert/a/kernel": (2, 3),
    "module/bert/b/bias": (3,),
    "module/cls/scalar": (),
    "module/cls/none": (0, 4),
    "other": (1,) * 5,
    "\u00e9": (129,),
}


class BundleTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.prefix = pathlib.Path(folder.name) / "variables"
        self.index = self.prefix.with_name("variables.index")
        self.data = self.prefix.with_name("variables.data-00000-of-00001")
        self.tensors = random_tensors(SHAPES)

    def refused(self, pattern):
        with self.assertRaisesRegex(tensor_bundle.BundleError, pattern):
            tensor_bundle.read_bundle(self.prefix)


class Reads(BundleTest):
    def test_every_tensor_whatever_the_blocks(self):
        for entries_in_block in (1, 2, 3, 100):
            for restart_interval in (1, 2, 16):
                layout = Layout(entries_in_block, restart_interval)
                with self.subTest(layout=layout):
                    write_bundle(self.prefix, self.tensors, layout)
                    found = tensor_bundle.read_bundle(self.prefix)
                    self.assertEqual(list(found), sorted(self.tensors))
                    for name, expected in self.tensors.items():
                        self.assertEqual(found[name].shape, expected.shape)
                        np.testing.assert_array_equal(found[name], expected, err_msg=name)

    def test_no_tensors(self):
        write_bundle(self.prefix, {})
        self.assertEqual(tensor_bundle.read_bundle(self.prefix), {})


class Refuses(BundleTest):
    def test_what_it_does_not_read(self):
        slices = message_field(7, b"")
        cases = {
            "compressed": Layout(compression=1),
            "2 data files": Layout(num_shards=2),
            "big-endian": Layout(endianness=1),
            "data type 3": Layout(dtype=3),
            "slices": Layout(extra_field=slices),
            "in data file 1": Layout(extra_field=b"\x18\x01"),
            "no header": Layout(header=False),
            "bytes, expected 24 for the shape": Layout(extra_field=b"\x28\x05"),
        }
        for pattern, layout in cases.items():
            with self.subTest(pattern=pattern):
                write_bundle(self.prefix, {"a": np.zeros((2, 3), np.float32)}, layout)
                self.refused(pattern)

    def test_message_names_file_and_tensor(self):
        write_bundle(self.prefix, self.tensors, Layout(dtype=9))
        self.refused("variables.index: module/bert/a: data type 9, expected 1")

    def test_data_file_that_ends_early(self):
        write_bundle(self.prefix, self.tensors)
        self.data.write_bytes(self.data.read_bytes()[:-1])
        self.refused("the file at byte")

    def test_index_cut_anywhere(self):
        write_bundle(self.prefix, self.tensors)
        whole = self.index.read_bytes()
        for size in range(len(whole)):
            self.index.write_bytes(whole[:size])
            self.refused("variables.index")

    def test_damaged_index_is_refused_or_read_as_a_bundle(self):
        """No damage may end in another exception, or in bytes outside the data file."""
        write_bundle(self.prefix, self.tensors)
        whole = self.index.read_bytes()
        rng, num_refused = random.Random(7), 0
        for _ in range(2000):
            damaged = bytearray(whole)
            for _ in range(rng.randint(1, 4)):
                damaged[rng.randrange(len(damaged))] = rng.randrange(256)
            self.index.write_bytes(damaged)
            try:
                tensors = tensor_bundle.read_bundle(self.prefix)
            except tensor_bundle.BundleError:
                num_refused += 1
            else:
                self.assertTrue(all(array.dtype == np.float32 for array in tensors.values()))
        self.assertGreater(num_refused, 500)


if __name__ == "__main__":
    unittest.main()
