"""Random models against their definition: Philox4x32-10 written again in NumPy, normal quantiles by SciPy."""

import json
import subprocess
import tempfile
import unittest

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file
from scipy.special import ndtri

from tests.model.model_files import BUILD, TINY, TINY_DISTILBERT, TINY_ELECTRA, ModelFolder, model_shapes

LOW = np.uint64(0xFFFFFFFF)


def philox4x32(counters, key):
    """Ten rounds for each row of counters [n, 4]; uint64 holding 32-bit words."""
    c0, c1, c2, c3 = counters.astype(np.uint64).T
    k0, k1 = (np.uint64(word) for word in key)
    shift = np.uint64(32)
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = (p1 >> shift) ^ c1 ^ k0, p1 & LOW, (p0 >> shift) ^ c3 ^ k1, p0 & LOW
        k0, k1 = (k0 + np.uint64(0x9E3779B9)) & LOW, (k1 + np.uint64(0xBB67AE85)) & LOW
    return np.stack([c0, c1, c2, c3], axis=1)


def fnv1a(name):
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def expected_normal(name, size, seed, deviation):
    """Element i is word i % 4 of the block i // 4, the tensor's stream being the hash of its name."""
    stream, blocks = fnv1a(name), np.arange((size + 3) // 4, dtype=np.uint64)
    low_high = [np.full(len(blocks), word, np.uint64) for word in (stream & 0xFFFFFFFF, stream >> 32)]
    counters = np.stack([blocks, np.zeros_like(blocks), *low_high], axis=1)
    bits = philox4x32(counters, (seed & 0xFFFFFFFF, seed >> 32)).reshape(-1)[:size]
    return ndtri((bits.astype(np.float64) + 0.5) / 2**32) * deviation


class RandomWeightsTest(unittest.TestCase):
    def test_every_tensor_is_as_defined(self):
        more_than_one_chunk = {"vocab_size": 20001}
        pooler = {"pooler.dense.weight": (16, 16), "pooler.dense.bias": (16,)}
        self.check(TINY | more_than_one_chunk, pooler)
        self.check(TINY_DISTILBERT, {})
        self.check(TINY_ELECTRA, {})

    def check(self, config, extra_shapes):
        seed = 0x123456789ABCDEF
        config = config | {"initializer_range": 0.05}
        with ModelFolder(config) as folder, tempfile.TemporaryDirectory() as out:
            command = [BUILD / "write_random_model", folder.path / "config.json", str(seed), out]
            subprocess.run(command, check=True)
            tensors = load_file(f"{out}/model.safetensors")
            with safe_open(f"{out}/model.safetensors", framework="np") as file:
                self.assertEqual(file.metadata(), {"format": "pt"})
            with open(f"{out}/config.json", encoding="utf-8") as file:
                written = json.load(file)
        self.assertEqual({k: written[k] for k in config}, config)
        self.assertEqual(list(written), sorted(written))
        shapes = model_shapes(config) | extra_shapes
        self.assertEqual({name: value.shape for name, value in tensors.items()}, shapes)
        for name, value in tensors.items():
            if name.endswith("bias"):
                expected = np.zeros(value.shape)
            elif "LayerNorm" in name or "layer_norm" in name:
                expected = np.ones(value.shape)
            else:
                expected = expected_normal(name, value.size, seed, 0.05).reshape(value.shape)
            if name == "embeddings.word_embeddings.weight":
                expected[0] = 0.0
            np.testing.assert_allclose(value, expected, rtol=1e-7, atol=0, err_msg=name)


if __name__ == "__main__":
    unittest.main()
