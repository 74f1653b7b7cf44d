"""The encoder against the float64 NumPy reference, over shapes, activations, file forms and instruction sets."""

import json
import subprocess
import tempfile
import unittest

import numpy as np
from safetensors.numpy import save_file

from tests.model.model_files import BUILD, SOURCE, TINY, ModelFolder, bfloat16_bits, captured, pack
from tests.model.model_files import random_tensors, run_capture
from tests.reference.bert_reference import BertReference

CONTRACT = 1e-4
AIM = 1e-5  # met wherever a quantity is not a near-cancellation, as the only score of a single token may be

POINTS = {
    "z": "attention.scores",
    "Z": "attention.mean_scores",
    "o": "attention.output",
    "n": "attention.output.log_norm",
    "output": "output",
}


class EncoderReferenceTest(unittest.TestCase):
    def check(self, model_dir, length, label, environment=None, max_error=CONTRACT):
        """Every point of every layer, for `length` random ids."""
        reference = BertReference(model_dir)
        ids = np.random.default_rng(1).integers(0, reference.config["vocab_size"], length)
        expected = reference.forward(ids)
        with tempfile.TemporaryDirectory() as out:
            run = run_capture(model_dir, ids, out, environment=environment)
            self.assertEqual(run.returncode, 0, run.stderr)
            worst = {}
            for quantity, point in POINTS.items():
                for layer, values in enumerate(expected[quantity]):
                    found = captured(out, f"layer.{layer}.{point}").reshape(values.shape)
                    error = np.linalg.norm(found - values) / np.linalg.norm(values)
                    worst[quantity] = max(worst.get(quantity, 0.0), error)
        print(f"{label}: largest relative error of a layer", {q: f"{e:.1e}" for q, e in worst.items()})
        for quantity, error in worst.items():
            self.assertLess(error, max_error, f"{label}: {quantity}")

    def check_tiny(self, label, **changes):
        config = TINY | changes
        with ModelFolder(config, random_tensors(config)) as folder:
            for length in (1, 7, config["max_position_embeddings"]):
                self.check(folder.path, length, f"{label}, {length} tokens")

    def test_demo_model(self):
        self.check(SOURCE / "data/all-minilm-l6-v2", 512, "demo model", max_error=AIM)

    def test_demo_model_on_other_instruction_sets(self):
        for isa in ("baseline", "sse4"):
            environment = {"ZIPFLENS_ISA": isa}
            self.check(SOURCE / "data/all-minilm-l6-v2", 64, f"demo model, {isa}", environment)

    def test_cased_random_model(self):
        config = TINY | {
            "vocab_size": 28996,
            "num_hidden_layers": 4,
            "num_attention_heads": 4,
            "hidden_size": 256,
            "intermediate_size": 1024,
            "max_position_embeddings": 512,
        }
        with ModelFolder(config) as folder, tempfile.TemporaryDirectory() as out:
            subprocess.run([BUILD / "write_random_model", folder.path / "config.json", "7", out], check=True)
            self.check(out, 300, "cased random model")

    def test_odd_shapes(self):
        self.check_tiny("one layer", num_hidden_layers=1)
        self.check_tiny("one head", num_attention_heads=1)
        self.check_tiny("head size 24", hidden_size=72, num_attention_heads=3)
        self.check_tiny("head size 1", hidden_size=5, num_attention_heads=5)
        self.check_tiny("odd intermediate size", intermediate_size=37)
        self.check_tiny("odd sizes", hidden_size=33, num_attention_heads=3, intermediate_size=1)
        self.check_tiny("long", max_position_embeddings=700)
        self.check_tiny("one token type", type_vocab_size=1)
        self.check_tiny("large epsilon", layer_norm_eps=0.1)

    def test_activations(self):
        for name in ("gelu", "gelu_new", "gelu_pytorch_tanh", "relu"):
            self.check_tiny(name, hidden_act=name)

    def test_half_precision_weights(self):
        tensors = random_tensors(TINY)
        # Subnormal F16 and signed zeros are numbers too.
        tensors["embeddings.word_embeddings.weight"][:, 0] = 3e-6
        tensors["embeddings.word_embeddings.weight"][:, 1] = -0.0
        with ModelFolder(TINY, {name: value.astype(np.float16) for name, value in tensors.items()}) as folder:
            self.check(folder.path, 24, "F16")
        with ModelFolder(TINY) as folder:
            folder.weights.write_bytes(pack({n: bfloat16_bits(v) for n, v in tensors.items()}, "BF16"))
            self.check(folder.path, 24, "BF16")

    def test_prefix_old_names_and_extra_tensors(self):
        tensors = random_tensors(TINY)
        renamed = {
            "bert." + name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): v
            for name, v in tensors.items()
        }
        renamed["bert.embeddings.position_ids"] = np.arange(24, dtype=np.int64)[None]
        renamed["bert.pooler.dense.weight"] = np.full((16, 16), np.nan, np.float32)
        renamed["cls.predictions.bias"] = np.zeros(61, np.float32)
        with ModelFolder(TINY, renamed) as folder:
            self.check(folder.path, 24, "bert. prefix, gamma and beta, extra tensors")

    def test_shards(self):
        tensors = random_tensors(TINY)
        with ModelFolder(TINY) as folder:
            weight_map = {}
            for number in (1, 2, 3):
                name = f"model-0000{number}-of-00003.safetensors"
                shard = dict(list(tensors.items())[number - 1 :: 3])
                save_file(shard, folder.path / name)
                weight_map |= dict.fromkeys(shard, name)
            index = folder.path / "model.safetensors.index.json"
            index.write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
            self.check(folder.path, 24, "three shards")

    def test_nothing_after_the_last_wanted_point(self):
        # A weight behind the last point changes nothing and fires nothing.
        with ModelFolder(TINY, random_tensors(TINY)) as folder, tempfile.TemporaryDirectory() as out:
            run = run_capture(folder.path, range(20), out, ["layer.0.attention.mean_scores"])
            self.assertEqual(run.returncode, 0, run.stderr)
            alone = captured(out, "layer.0.attention.mean_scores")
            self.assertIsNone(captured(out, "layer.0.attention.output"))
            self.assertIsNone(captured(out, "layer.1.attention.mean_scores"))
            run_capture(folder.path, range(20), out)
            np.testing.assert_allclose(captured(out, "layer.0.attention.mean_scores"), alone, rtol=1e-5, atol=1e-6)


if __name__ == "__main__":
    unittest.main()
