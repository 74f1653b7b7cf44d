"""Checks bert_reference.py against transformers and PyTorch, both in float64.

Run by hand, in an environment with torch, transformers, numpy, scipy and safetensors:
    python tests/reference/check_against_transformers.py MODEL_DIR [LENGTH]
Prints the largest relative error (norm of difference over norm) of each quantity over the layers; exit code 1 if
one is above 1e-10.
"""

import pathlib
import sys

import numpy as np
import torch
from transformers import AutoModel

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from tests.reference.bert_reference import load_reference  # noqa: E402


def layer_modules(model):
    """(the layer, its query, key and attention output projections), layer by layer."""
    if model.config.model_type == "distilbert":
        for layer in model.transformer.layer:
            yield layer, layer.attention.q_lin, layer.attention.k_lin, layer.attention.out_lin
    else:
        for layer in model.encoder.layer:
            attention = layer.attention
            yield layer, attention.self.query, attention.self.key, attention.output.dense


def transformers_points(model_dir, ids):
    """z, o and the output of every layer, by hooks on the modules."""
    model = AutoModel.from_pretrained(model_dir, dtype=torch.float64, attn_implementation="eager").eval()
    heads = model.config.num_attention_heads
    captured = {}

    def keep(name):
        def hook(module, inputs, output):
            captured[name] = output[0] if isinstance(output, tuple) else output

        return hook

    for index, (layer, query, key, output) in enumerate(layer_modules(model)):
        query.register_forward_hook(keep(("q", index)))
        key.register_forward_hook(keep(("k", index)))
        output.register_forward_hook(keep(("o", index)))
        layer.register_forward_hook(keep(("output", index)))
    with torch.no_grad():
        model(input_ids=torch.tensor([ids]))
    points = {"z": [], "o": [], "output": []}
    for index in range(model.config.num_hidden_layers):
        q, k = (captured[(part, index)].squeeze(0).unflatten(-1, (heads, -1)).transpose(0, 1) for part in "qk")
        points["z"].append((q @ k.transpose(1, 2) / q.shape[-1] ** 0.5).numpy())
        for part in ("o", "output"):
            points[part].append(captured[(part, index)].reshape(len(ids), -1).numpy())
    return points


def main():
    model_dir = sys.argv[1]
    reference = load_reference(model_dir)
    length = int(sys.argv[2]) if len(sys.argv) > 2 else reference.config["max_position_embeddings"]
    ids = np.random.default_rng(0).integers(0, reference.config["vocab_size"], length).tolist()
    ours, theirs = reference.forward(ids), transformers_points(model_dir, ids)
    worst = 0.0
    for name, layers in theirs.items():
        errors = [np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in zip(ours[name], layers, strict=True)]
        print(f"{name}: largest relative error of {len(errors)} layers {max(errors):.3g}")
        worst = max(worst, *errors)
    sys.exit(1 if worst > 1e-10 else 0)


if __name__ == "__main__":
    main()
