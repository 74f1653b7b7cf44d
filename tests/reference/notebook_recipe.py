"""The notebook's recipe in numpy and scipy (analysis of project 39), for comparing with zipflens.

Nothing here looks at zipflens: documents come from pyarrow, ids from Hugging Face tokenizers, statistics from
numpy and scipy.
"""

import numpy as np
import pyarrow.parquet as pq
import scipy.stats
import tokenizers


def load_tokenizer(model_dir):
    """The reference tokenizer, without the truncation that a tokenizer.json may ask for."""
    tokenizer = tokenizers.Tokenizer.from_file(str(model_dir / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def tokenize_corpus(tokenizer, corpus):
    """Ids of every document, in order."""
    texts = pq.read_table(corpus, columns=["text"]).column("text").to_pylist()
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [np.array(encoding.ids) for encoding in encodings]


def count_tokens(documents, vocab_size, target_tokens):
    """Part 1: counts until the running total reaches the target; and documents counted."""
    counts = np.zeros(vocab_size, dtype=np.int64)
    num_documents = 0
    for ids in documents:
        if counts.sum() >= target_tokens:
            break
        counts += np.bincount(ids, minlength=vocab_size)
        num_documents += 1
    return counts, num_documents


def make_batch(documents, num_sequences, sequence_length):
    """Part 2: the first tokens of every document that is long enough."""
    rows = [ids[:sequence_length] for ids in documents if len(ids) >= sequence_length]
    return np.array(rows[:num_sequences])


def adjustment_correlation(a, n):
    """Part 4b: r over all sequences and positions but 0. a, n: [B, S]."""
    x, y = a[:, 1:].ravel(), n[:, 1:].ravel()
    kept = np.isfinite(x)
    return np.corrcoef(x[kept], y[kept])[0, 1]


def bin_profile(a, scores, num_bins=40):
    """Parts 5 and 6 for one sequence: edges, centres, means and deviations. a: [S], scores: [S, S]."""
    u = (a[:, None] + a[None, :]).ravel()
    z = scores.astype(np.float64).ravel()
    kept = np.isfinite(u)
    u, z = u[kept], z[kept]
    edges = np.percentile(u, np.linspace(0, 100, num_bins + 1))
    means = scipy.stats.binned_statistic(u, z, statistic="mean", bins=edges)[0]
    stds = scipy.stats.binned_statistic(u, z, statistic="std", bins=edges)[0]
    return edges, (edges[:-1] + edges[1:]) / 2, means, stds


def correlation(x, y):
    """Pearson's r over the bins that have a value."""
    kept = np.isfinite(y)
    return np.corrcoef(x[kept], y[kept])[0, 1]
