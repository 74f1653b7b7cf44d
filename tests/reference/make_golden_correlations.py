"""Makes golden correlations of a study: the whole analysis in transformers, PyTorch (float64) and scipy.

It shares no code with zipflens and follows docs/statistics.md. Run by hand, in an environment with what
bench/peers/requirements.txt names:
    python tests/reference/make_golden_correlations.py data/bert-base-uncased data/wikipedia-sample.parquet \
        tests/reference/golden_bert_base.json
64 sequences of 512 tokens take some minutes on two cores and about 2.2 GB: one sequence at a time goes through the
encoder, and only sums of its scores are kept. `check_golden_correlations.py` compares a study with the result.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import pyarrow.parquet as pq
import scipy
import torch
import transformers
from scipy.stats import binned_statistic

NUM_SEQUENCES, SEQUENCE_LENGTH, TARGET_TOKENS = 64, 512, 1_000_000
NUM_EDGES = 41


def count_and_batch(tokenizer, corpus):
    """Token counts [V], how many documents were counted, and the batch [B, S]."""
    counts = np.zeros(len(tokenizer), dtype=np.int64)
    documents, batch = 0, []
    for text in pq.read_table(corpus, columns=["text"])["text"].to_pylist():
        ids = tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)["input_ids"]
        if counts.sum() < TARGET_TOKENS:
            counts += np.bincount(ids, minlength=len(counts))
            documents += 1
        if len(ids) >= SEQUENCE_LENGTH and len(batch) < NUM_SEQUENCES:
            batch.append(ids[:SEQUENCE_LENGTH])
    if len(batch) < NUM_SEQUENCES:
        sys.exit(f"{corpus}: {len(batch)} documents have {SEQUENCE_LENGTH} tokens, expected {NUM_SEQUENCES}")
    return counts, documents, np.array(batch)


def sha256_of(numbers):
    """Of whole numbers as little-endian 64-bit integers in row order."""
    return hashlib.sha256(numbers.astype("<i8").tobytes()).hexdigest()


def attach_hooks(model, scores, log_norms):
    """Hooks that fill the mean scores over heads, Z [L, S, S], and the log norms n [L, S] of one sequence."""
    num_heads = model.config.num_attention_heads
    queries = {}

    def heads(projected):
        return projected[0].unflatten(-1, (num_heads, -1)).transpose(0, 1)  # [H, S, d]

    def attach(layer_idx, attention):
        def keep_query(module, inputs, output):
            queries[layer_idx] = heads(output)

        def keep_scores(module, inputs, output):
            query, key = queries.pop(layer_idx), heads(output)
            z = query @ key.transpose(1, 2) / query.shape[-1] ** 0.5  # [H, S, S]
            scores[layer_idx] = z.mean(dim=0).numpy()

        def keep_log_norms(module, inputs, output):
            log_norms[layer_idx] = torch.linalg.vector_norm(output[0], dim=-1).log().numpy()

        attention.self.query.register_forward_hook(keep_query)
        attention.self.key.register_forward_hook(keep_scores)
        attention.output.dense.register_forward_hook(keep_log_norms)

    for layer_idx, layer in enumerate(model.encoder.layer):
        attach(layer_idx, layer.attention)


def pearson(x, y):
    return float(np.corrcoef(x, y)[0, 1])


class PairSums:
    """Pearson r of u and the scores of every layer over the pairs of all sequences, from sums."""

    def __init__(self, num_layers, mean_u):
        self.mean_u = mean_u
        self.count, self.square_u = 0, 0.0
        self.z, self.square_z, self.product = np.zeros((3, num_layers))

    def add(self, u, scores):
        """One sequence: u [S * S], scores [L, S * S]."""
        deviation = u - self.mean_u
        self.count += u.size
        self.square_u += deviation @ deviation
        self.z += scores.sum(axis=1)
        self.square_z += np.einsum("lp,lp->l", scores, scores)
        self.product += scores @ deviation

    def correlations(self):
        variation_z = self.square_z - self.z**2 / self.count
        return (self.product / np.sqrt(self.square_u * variation_z)).tolist()


class Profiles:
    """Bin means and deviations of every sequence and layer, in bins of about equal population of u."""

    def __init__(self):
        self.centres, self.means, self.deviations = [], [], []

    def add(self, u, scores):
        edges = np.percentile(u, np.linspace(0, 100, NUM_EDGES))
        if len(np.unique(edges)) != NUM_EDGES:
            sys.exit("two percentile edges are equal: this script does not merge bins")
        self.centres.append((edges[:-1] + edges[1:]) / 2)
        self.means.append(binned_statistic(u, scores, statistic="mean", bins=edges)[0])
        self.deviations.append(binned_statistic(u, scores, statistic="std", bins=edges)[0])

    def correlations(self, profile_layer):
        """Part 6 by layer, and part 5d by sequence for one layer."""
        centres = np.mean(self.centres, axis=0)
        result = {}
        for name, values in (("bin_mean", self.means), ("bin_std", self.deviations)):
            result[name] = [pearson(centres, average) for average in np.mean(values, axis=0)]
            result[f"{name}_by_sequence"] = [
                pearson(own, layers[profile_layer]) for own, layers in zip(self.centres, values, strict=True)
            ]
        return result


def analyze(model, batch, log_proportions, profile_layer):
    """All correlations. log_proportions: a [B, S]."""
    num_layers, length = model.config.num_hidden_layers, batch.shape[1]
    scores, log_norms = np.empty((num_layers, length, length)), np.empty((num_layers, length))
    all_log_norms = np.empty((num_layers, *batch.shape))
    attach_hooks(model, scores, log_norms)
    pairs, profiles = PairSums(num_layers, 2 * log_proportions.mean()), Profiles()
    for sequence, (ids, a) in enumerate(zip(batch, log_proportions, strict=True)):
        with torch.inference_mode():
            model(input_ids=torch.from_numpy(ids)[None])
        all_log_norms[:, sequence] = log_norms
        u, z = np.add.outer(a, a).ravel(), scores.reshape(num_layers, -1)
        pairs.add(u, z)
        profiles.add(u, z)
        print(f"sequence {sequence + 1} of {len(batch)}", file=sys.stderr, flush=True)
    inner = log_proportions[:, 1:].ravel()
    return {
        "log_norm": [pearson(inner, n[:, 1:].ravel()) for n in all_log_norms],
        **profiles.correlations(profile_layer),
        "pair": pairs.correlations(),
    }


def main():
    model_dir, corpus, golden = map(pathlib.Path, sys.argv[1:])
    tokenizer = transformers.AutoTokenizer.from_pretrained(model_dir)
    model = transformers.AutoModel.from_pretrained(model_dir, dtype=torch.float64).eval()
    counts, documents, batch = count_and_batch(tokenizer, corpus)
    if (counts[batch] == 0).any():
        sys.exit("a token of the batch was never counted: this script leaves no pairs out")
    num_layers = model.config.num_hidden_layers
    profile_layer = (7 * num_layers + 12) // 24
    correlations = analyze(model, batch, np.log(counts / counts.sum())[batch], profile_layer)
    versions = {module.__name__: module.__version__ for module in (np, scipy, torch, transformers)}
    result = {
        "made_by": "tests/reference/make_golden_correlations.py",
        "versions": versions,
        "model": model_dir.name,
        "corpus": corpus.name,
        "corpus_sha256": hashlib.sha256(corpus.read_bytes()).hexdigest(),
        "counts_sha256": sha256_of(counts),
        "batch_sha256": sha256_of(batch),
        "tokens_counted": int(counts.sum()),
        "documents_counted": documents,
        "profile_layer": profile_layer,
        "correlations": correlations,
    }
    golden.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
