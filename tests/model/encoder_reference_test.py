"""The encoder against the float64 NumPy reference, over shapes, activations, file forms and instruction sets."""

import json
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from tests.model.model_files import BUILD, SOURCE, TINY, TINY_DISTILBERT, TINY_ELECTRA, ModelFolder, bfloat16_bits, captured, pack
from tests.model.model_files import random_tensors, run_capture
from tests.reference.bert_reference import load_reference

CONTRACT = 1e-4
AIM = 1e-5  # met wherever a quantity is not a near-cancellation, as the only score of a single token may be

# Beside the machine's best; "avx512" is less than that where there is AMX.
OTHER_INSTRUCTION_SETS = ["baseline", "sse4"] + [
    isa
    for isa, flag in (("avx2", "avx2"), ("avx512", "avx512dq"))
    if re.search(rf"\b{flag}\b", Path("/proc/cpuinfo").read_text())
]

POINTS = {
    "bias_parts": "attention.score_bias_parts",
    "z": "attention.scores",
    "Z": "attention.mean_scores",
    "o": "attention.output",
    "n": "attention.output.log_norm",
    "output": "output",
}


class EncoderReferenceTest(unittest.TestCase):
    def check(self, model_dir, length, label, environment=None, max_error=CONTRACT):
        """Every point of every layer, for `length` random ids."""
        reference = load_reference(model_dir)
        ids = np.random.default_rng(1).integers(0, reference.config["vocab_size"], length)
        expected = reference.forward(ids)
        with tempfile.TemporaryDirectory() as out:
            run = run_capture(model_dir, ids, out, environment=environment)
            self.assertEqual(run.returncode, 0, run.stderr)
            worst = {}
            for quantity, point in POINTS.items():
                for layer, values in enumerate(expected[quantity]):
                    found = captured(out, f"layer.{layer}.{point}").reshape(values.shape)
                    # A model without biases has parts of exactly zero.
                    error = np.linalg.norm(found - values) / (np.linalg.norm(values) or 1.0)
                    worst[quantity] = max(worst.get(quantity, 0.0), error)
        print(f"{label}: largest relative error of a layer", {q: f"{e:.1e}" for q, e in worst.items()})
        for quantity, error in worst.items():
            self.assertLess(error, max_error, f"{label}: {quantity}")

    def check_tiny(self, label, base=TINY, **changes):
        config = base | changes
        with ModelFolder(config, random_tensors(config)) as folder:
            for length in (1, 7, config["max_position_embeddings"]):
                self.check(folder.path, length, f"{label}, {length} tokens")

    def test_demo_model(self):
        self.check(SOURCE / "data/all-minilm-l6-v2", 512, "demo model", max_error=AIM)

    def test_demo_model_on_other_instruction_sets(self):
        for isa in OTHER_INSTRUCTION_SETS:
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

    def test_distilbert(self):
        self.check_tiny("DistilBERT", TINY_DISTILBERT)
        self.check_tiny("DistilBERT, one head, relu", TINY_DISTILBERT, n_heads=1, activation="relu")
        self.check_tiny("DistilBERT with fields of BERT's that it has no use for", TINY_DISTILBERT,
                        layer_norm_eps=0.1, type_vocab_size=2)
        self.check_prefixed(TINY_DISTILBERT, "distilbert.", {"vocab_projector.bias": (61,)})

    def test_electra(self):
        self.check_tiny("ELECTRA", TINY_ELECTRA)
        self.check_tiny("ELECTRA, wide embeddings", TINY_ELECTRA, embedding_size=40)
        self.check_tiny("ELECTRA, embeddings not projected", TINY_ELECTRA, embedding_size=16, layer_norm_eps=1e-3)
        config = {name: value for name, value in TINY_ELECTRA.items() if name != "embedding_size"}
        self.check_tiny("ELECTRA, embeddings of the default size", config)
        self.check_prefixed(TINY_ELECTRA, "electra.", {"discriminator_predictions.dense.weight": (16, 16)})

    def check_prefixed(self, config, prefix, extra_shapes):
        """A model saved with a head: its tensors have a prefix, the head's have none."""
        tensors = {prefix + name: value for name, value in random_tensors(config).items()}
        tensors |= {name: np.full(shape, np.nan, np.float32) for name, shape in extra_shapes.items()}
        with ModelFolder(config, tensors) as folder:
            self.check(folder.path, 24, f"{prefix} prefix")

    def test_family_by_architecture(self):
        # As in configs that have no model_type yet: the same values as with it.
        config = {name: value for name, value in TINY_ELECTRA.items() if name != "model_type"}
        tensors = random_tensors(TINY_ELECTRA)
        with ModelFolder(TINY_ELECTRA, tensors) as named, ModelFolder(
            config | {"architectures": ["ElectraForPreTraining"]}, tensors
        ) as unnamed, tempfile.TemporaryDirectory() as out:
            run_capture(named.path, range(9), out, ["layer.1.output"])
            expected = captured(out, "layer.1.output")
            run_capture(unnamed.path, range(9), out, ["layer.1.output"])
            np.testing.assert_array_equal(captured(out, "layer.1.output"), expected)

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
