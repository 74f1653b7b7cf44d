"""Model folders for the tests: small encoders with NumPy weights, written in every form the encoder reads."""

import json
import os
import pathlib
import subprocess
import tempfile

import numpy as np
from safetensors.numpy import save_file

BUILD = pathlib.Path(os.environ["ZIPFLENS_BUILD"])
SOURCE = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])

TINY = {
    "model_type": "bert",
    "vocab_size": 61,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "hidden_size": 16,
    "intermediate_size": 40,
    "max_position_embeddings": 24,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
    "hidden_act": "gelu",
}


TINY_DISTILBERT = {
    "model_type": "distilbert",
    "vocab_size": 61,
    "n_layers": 2,
    "n_heads": 2,
    "dim": 16,
    "hidden_dim": 40,
    "max_position_embeddings": 24,
    "activation": "gelu",
}

TINY_ELECTRA = TINY | {"model_type": "electra", "embedding_size": 6}


def embedding_shapes(config, width, kinds):
    shapes = {f"embeddings.{kind}_embeddings.weight": (rows, width) for kind, rows in kinds.items()}
    return shapes | {"embeddings.LayerNorm.weight": (width,), "embeddings.LayerNorm.bias": (width,)}


def layer_shapes(prefix, linear, norms, hidden):
    """The weights and biases of one layer's modules; `linear`: module -> shape of its weight."""
    shapes = {}
    for module, shape in linear.items():
        shapes |= {f"{prefix}{module}.weight": shape, f"{prefix}{module}.bias": shape[:1]}
    for norm in norms:
        shapes |= {f"{prefix}{norm}.weight": (hidden,), f"{prefix}{norm}.bias": (hidden,)}
    return shapes


def bert_shapes(config):
    """Tensor name -> shape, for transformers' BertModel without its pooler, or ElectraModel."""
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    width = config.get("embedding_size", 128) if config["model_type"] == "electra" else hidden
    rows = {"word": config["vocab_size"], "position": config["max_position_embeddings"]}
    shapes = embedding_shapes(config, width, rows | {"token_type": config.get("type_vocab_size", 2)})
    if width != hidden:
        shapes |= {"embeddings_project.weight": (hidden, width), "embeddings_project.bias": (hidden,)}
    linear = {f"attention.self.{part}": (hidden, hidden) for part in ("query", "key", "value")}
    linear |= {
        "attention.output.dense": (hidden, hidden),
        "intermediate.dense": (inner, hidden),
        "output.dense": (hidden, inner),
    }
    norms = ("attention.output.LayerNorm", "output.LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        shapes |= layer_shapes(f"encoder.layer.{layer}.", linear, norms, hidden)
    return shapes


def distilbert_shapes(config):
    """Tensor name -> shape, for transformers' DistilBertModel."""
    hidden, inner = config["dim"], config["hidden_dim"]
    rows = {"word": config["vocab_size"], "position": config["max_position_embeddings"]}
    shapes = embedding_shapes(config, hidden, rows)
    linear = {f"attention.{part}_lin": (hidden, hidden) for part in "qkv"}
    linear |= {"attention.out_lin": (hidden, hidden), "ffn.lin1": (inner, hidden), "ffn.lin2": (hidden, inner)}
    for layer in range(config["n_layers"]):
        shapes |= layer_shapes(f"transformer.layer.{layer}.", linear, ("sa_layer_norm", "output_layer_norm"), hidden)
    return shapes


def model_shapes(config):
    """Tensor name -> shape, by the config's family."""
    return distilbert_shapes(config) if config["model_type"] == "distilbert" else bert_shapes(config)


def random_tensors(config, seed=0):
    """Weights large enough that attention is far from uniform and GELU far from linear."""
    random = np.random.default_rng(seed)
    tensors = {}
    for name, shape in model_shapes(config).items():
        if name.endswith(("LayerNorm.weight", "layer_norm.weight")):
            value = random.uniform(0.5, 1.5, shape)
        elif name.endswith(".bias"):
            value = random.normal(0.0, 0.3, shape)
        else:
            value = random.normal(0.0, 1.5 / np.sqrt(shape[1]), shape)
        tensors[name] = value.astype(np.float32)
    return tensors


def bfloat16_bits(values):
    """The nearest bfloat16 of each value, ties to even, as uint16."""
    bits = values.view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def raw_safetensors(entries, data=b"", header=None, header_length=None):
    """The bytes of a file, right or wrong: `entries` or `header` text, a header length, then data."""
    text = header if header is not None else json.dumps(entries).encode()
    length = len(text) if header_length is None else header_length
    return length.to_bytes(8, "little") + text + data


def pack(arrays, dtype):
    """A safetensors file of arrays that NumPy cannot name (BF16): name -> array of the right width."""
    entries, data = {}, b""
    for name, array in arrays.items():
        entries[name] = {"dtype": dtype, "shape": array.shape, "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    return raw_safetensors(entries, data)


class ModelFolder:
    """A temporary model folder; also a context manager."""

    def __init__(self, config, tensors=None):
        self._folder = tempfile.TemporaryDirectory(prefix="zipflens_model_")
        self.path = pathlib.Path(self._folder.name)
        self.weights = self.path / "model.safetensors"
        self.write_config(config)
        if tensors is not None:
            save_file(tensors, self.weights)

    def write_config(self, config):
        (self.path / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.cleanup()


def run_capture(model_dir, ids, out_dir, points=(), environment=None):
    """capture_points; the finished process."""
    ids_file = pathlib.Path(out_dir) / "ids"
    ids_file.write_text(" ".join(map(str, ids)))
    command = [BUILD / "capture_points", model_dir, ids_file, out_dir, *points]
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, env={**os.environ, **(environment or {})}, check=False
    )


def captured(out_dir, name):
    """One point's values, flat; None if it was not fired."""
    path = pathlib.Path(out_dir) / name
    return np.fromfile(path, np.float32) if path.exists() else None
