"""The notebook's whole recipe in PyTorch, transformers, scipy and matplotlib: the peer that zipflens is
measured against, and a second opinion on its correlations.

It computes what docs/analysis.md defines, on the same model folder and the same Parquet corpus,
and is as fast as a fair user of these packages would make it:

- two threads (--threads) for PyTorch and for the tokenizers; inference mode; PyTorch's fused attention;
- one sequence at a time, which was measured to be the fastest arrangement (a batch of 64 at once takes
  more than three times as long on two cores: fresh memory);
- documents are tokenized once, in batches of 64, for counting and for the batch of sequences (the
  notebook tokenizes twice, one by one), and counted with numpy;
- query and key are taken as the model computes them (the notebook's hook computes both again);
- the percentile edges of a sequence are computed once (the notebook does it for every layer).

It keeps the notebook's own choices where they are the recipe: scores are formed head by head and then
averaged; Z of all layers and sequences is kept in memory; the mean and the standard deviation are two
calls of scipy.stats.binned_statistic for each sequence and layer. --stack-layers hands scipy all layers
of a sequence in one call, which assigns pairs to bins once: three times as fast, and what somebody who
knows scipy well would write; measured beside the notebook's way.

Prints one JSON object: seconds by stage, peak memory after each, and the correlations. --dump also
writes it to a file; --activations writes Z and n as .npy.
"""

import argparse
import json
import os
import pathlib
import resource
import time

SCATTER_STEP = 500
NUM_EDGES = 41


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--model", required=True, type=pathlib.Path, help="model folder")
    parser.add_argument("--corpus", required=True, type=pathlib.Path, help="Parquet file")
    parser.add_argument("--sequences", type=int, default=64)
    parser.add_argument("--target-tokens", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--stack-layers", action="store_true", help="one scipy call for all layers")
    parser.add_argument("--figures", type=pathlib.Path, help="folder for the notebook's ten PNG figures")
    parser.add_argument("--dump", type=pathlib.Path, help="write the JSON object here too")
    parser.add_argument("--activations", type=pathlib.Path, help="folder for Z.npy and n.npy")
    return parser.parse_args()


OPTIONS = arguments()
# Read by the libraries when they are loaded.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[variable] = str(OPTIONS.threads)
os.environ["TOKENIZERS_PARALLELISM"] = "true"
os.environ["HF_HUB_OFFLINE"] = "1"

STARTED = time.perf_counter()
import numpy as np  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
import torch  # noqa: E402
from scipy.stats import binned_statistic  # noqa: E402
from transformers import AutoTokenizer, BertModel  # noqa: E402


class Stages:
    """Seconds by stage, and the process's peak memory at the end of each."""

    def __init__(self):
        self.seconds = {}
        self.peak_bytes = {}
        self.since = STARTED

    def end(self, name):
        now = time.perf_counter()
        self.seconds[name] = now - self.since
        self.peak_bytes[name] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        self.since = now


def count_and_batch(tokenizer, corpus, num_sequences, sequence_length, target_tokens):
    """Parts 1 and 2: token counts [V], their documents and total, and the batch [B, S]."""
    counts = np.zeros(len(tokenizer), dtype=np.int64)
    documents_counted = 0
    batch = []
    for record_batch in pq.ParquetFile(corpus).iter_batches(batch_size=64, columns=["text"]):
        if counts.sum() >= target_tokens and len(batch) == num_sequences:
            break
        texts = record_batch.column(0).to_pylist()
        for ids in tokenizer(texts, add_special_tokens=False, return_attention_mask=False,
                             return_token_type_ids=False, verbose=False)["input_ids"]:
            if counts.sum() < target_tokens:
                counts += np.bincount(ids, minlength=len(counts))
                documents_counted += 1
            if len(ids) >= sequence_length and len(batch) < num_sequences:
                batch.append(ids[:sequence_length])
    if len(batch) < num_sequences:
        raise SystemExit(f"only {len(batch)} documents have {sequence_length} tokens")
    return counts, documents_counted, np.array(batch)


def hook_activations(model, scores, log_norms, current):
    """Part 3: hooks that fill Z, scores[layer, sequence], and n, log_norms[layer, sequence]."""
    num_heads = model.config.num_attention_heads
    head_size = model.config.hidden_size // num_heads
    queries = {}

    def heads(tensor):
        return tensor.view(1, -1, num_heads, head_size).transpose(1, 2)

    def implant(layer_idx, layer):
        def keep_query(module, inputs, output):
            queries[layer_idx] = heads(output)

        def average_scores(module, inputs, output):
            products = queries.pop(layer_idx) @ heads(output).transpose(-2, -1)
            torch.mean(products / head_size**0.5, dim=1, out=scores[layer_idx, current[0], None])

        def keep_log_norm(module, inputs, output):
            log_norms[layer_idx, current[0]] = output[0].norm(dim=-1).log()

        layer.attention.self.query.register_forward_hook(keep_query)
        layer.attention.self.key.register_forward_hook(average_scores)
        layer.attention.output.dense.register_forward_hook(keep_log_norm)

    for layer_idx, layer in enumerate(model.encoder.layer):
        implant(layer_idx, layer)


def forward(model, batch):
    num_layers = model.config.num_hidden_layers
    num_sequences, sequence_length = batch.shape
    scores = torch.empty(num_layers, num_sequences, sequence_length, sequence_length)
    log_norms = torch.empty(num_layers, num_sequences, sequence_length)
    current = [0]
    hook_activations(model, scores, log_norms, current)
    with torch.inference_mode():
        for sequence, ids in enumerate(torch.from_numpy(batch)):
            current[0] = sequence
            model(ids[None])
    return scores.numpy(), log_norms.numpy()


def pearson(x, y):
    """Pearson r over the pairs of numbers that are both finite."""
    finite = np.isfinite(x) & np.isfinite(y)
    return float(np.corrcoef(x[finite], y[finite])[0, 1])


def statistics(scores, log_norms, log_proportions, profile_layer, layers_at_once):
    """Parts 4b, 5c, 5d and 6. A token that was never counted is left out with all its pairs."""
    num_layers, num_sequences = scores.shape[:2]
    layer_groups = [slice(i, i + layers_at_once) for i in range(0, num_layers, layers_at_once)]
    a = log_proportions[:, 1:].ravel()
    result = {"log_norm": [pearson(a, n[:, 1:].ravel()) for n in log_norms]}
    shape = (num_sequences, num_layers, NUM_EDGES - 1)
    profiles = {"mean": np.empty(shape), "std": np.empty(shape)}
    centres = np.empty((num_sequences, NUM_EDGES - 1))
    for sequence in range(num_sequences):
        row = log_proportions[sequence]
        pairs = (row[:, None] + row[None, :]).ravel()
        finite = np.isfinite(pairs)
        all_finite = finite.all()
        pairs = pairs if all_finite else pairs[finite]
        edges = np.percentile(pairs, np.linspace(0, 100, NUM_EDGES))
        centres[sequence] = (edges[:-1] + edges[1:]) / 2
        for layers in layer_groups:
            z = scores[layers, sequence].reshape(-1, finite.size)
            z = list(z if all_finite else z[:, finite])
            for name, values in profiles.items():
                values[sequence, layers] = binned_statistic(pairs, z, statistic=name, bins=edges)[0]
    for name, values in profiles.items():
        average = values.mean(axis=0)
        result[f"bin_{name}"] = [pearson(centres.mean(axis=0), average[i]) for i in range(num_layers)]
        result[f"bin_{name}_by_sequence"] = [
            pearson(centres[i], values[i, profile_layer]) for i in range(num_sequences)]
    return result, centres, profiles


def main():
    torch.set_num_threads(OPTIONS.threads)
    stages = Stages()
    stages.end("import")
    tokenizer = AutoTokenizer.from_pretrained(OPTIONS.model)
    model = BertModel.from_pretrained(OPTIONS.model, dtype=torch.float32, add_pooling_layer=False).eval()
    num_layers = model.config.num_hidden_layers
    profile_layer = (7 * num_layers + 12) // 24
    scatter_layer = (5 * num_layers + 12) // 24
    stages.end("load")

    counts, documents_counted, batch = count_and_batch(
        tokenizer, OPTIONS.corpus, OPTIONS.sequences, model.config.max_position_embeddings,
        OPTIONS.target_tokens)
    proportions = counts / counts.sum()
    with np.errstate(divide="ignore"):
        log_proportions = np.log(proportions)[batch]
    stages.end("count")
    scores, log_norms = forward(model, batch)
    stages.end("encode")
    correlations, centres, profiles = statistics(
        scores, log_norms, log_proportions, profile_layer,
        layers_at_once=num_layers if OPTIONS.stack_layers else 1)
    stages.end("statistics")
    if OPTIONS.figures is not None:
        import notebook_figures  # beside this file

        notebook_figures.draw(OPTIONS.figures, proportions, batch, log_proportions, scores, log_norms,
                              correlations, centres, profiles, scatter_layer, profile_layer)
        stages.end("figures")

    top = np.argsort(-counts, kind="stable")[:20]
    report = {
        "seconds": stages.seconds,
        "total_seconds": sum(stages.seconds.values()),
        "peak_bytes": stages.peak_bytes,
        "threads": OPTIONS.threads,
        "shape": {"L": num_layers, "B": len(batch), "S": batch.shape[1], "V": len(counts)},
        "tokens_counted": int(counts.sum()),
        "documents_counted": documents_counted,
        "top_tokens": [[token, int(counts[i])]
                       for i, token in zip(top, tokenizer.convert_ids_to_tokens(top.tolist()))],
        "uncounted_batch_tokens": int(np.isneginf(log_proportions).sum()),
        "profile_layer": profile_layer,
        "correlations": correlations,
        "norm_of_Z": [float(np.linalg.norm(z.astype(np.float64))) for z in scores],
        "norm_of_n": [float(np.linalg.norm(n.astype(np.float64))) for n in log_norms],
    }
    text = json.dumps(report, indent=1)
    print(text)
    if OPTIONS.dump is not None:
        OPTIONS.dump.write_text(text + "\n", encoding="utf-8")
    if OPTIONS.activations is not None:
        OPTIONS.activations.mkdir(parents=True, exist_ok=True)
        np.save(OPTIONS.activations / "Z.npy", scores)
        np.save(OPTIONS.activations / "n.npy", log_norms)


if __name__ == "__main__":
    main()
