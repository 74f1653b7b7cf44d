"""How often the intervals of explained.parquet cover the share that holds for all sequences of a study.

    explained_coverage.py STUDY [DRAWS]

The sequences of the study are the population: its shares, computed from pair_sums and design_sums, are the truth. Each
draw takes G of them with replacement and computes the jackknife's interval, as docs/statistics.md defines it. Prints
for each G and response the smallest and the largest coverage over the layers (mean over heads).
"""

import pathlib
import sys

import numpy as np
import pandas as pd
import scipy.stats

TERMS = ["intercept", "query", "key", "query_x_key"]
Z = len(TERMS)  # the place of the scores behind the terms


def products(row, prefix):
    """X'X of one sequence, [terms, terms]."""
    return np.array([[row[f"{prefix}product_{TERMS[min(i, j)]}_{TERMS[max(i, j)]}"] for j in range(Z)]
                     for i in range(Z)])


def grams(design, scores):
    """The sums of products of terms and scores of each sequence, [sequences, 5, 5]; raw and row-centred."""
    raw, centred = np.zeros((2, len(scores), Z + 1, Z + 1))
    for place, (sequence, row) in enumerate(scores.iterrows()):
        xx = products(design.loc[sequence], "")
        for gram, part, prefix, level, squares in (
                (raw, xx, "", row["mean"], row.sum_squares),
                (centred, products(design.loc[sequence], "centred_"), "centred_", 0.0, row.centred_sum_squares)):
            gram[place, :Z, :Z] = part
            xz = np.array([row[f"{prefix}product_{term}"] for term in TERMS]) + level * xx[0]
            gram[place, :Z, Z] = gram[place, Z, :Z] = xz
            gram[place, Z, Z] = squares + row.num_pairs * level**2
    return {"score": raw, "row_centred_score": centred}


def fisher_z(gram, response):
    """atanh(R) of the fit on all terms, from summed products [..., 5, 5]."""
    kept = [2, 3]
    if response == "score":
        kept = [1, 2, 3]
        gram = gram - gram[..., 0, :, None] * gram[..., 0, None, :] / gram[..., 0, 0, None, None]
    xz = gram[..., kept, Z]
    slopes = np.linalg.solve(gram[..., kept, :][..., :, kept], xz[..., None])[..., 0]
    return np.arctanh(np.sqrt((slopes * xz).sum(axis=-1) / gram[..., Z, Z]))


def coverage(population, response, size, draws, random):
    truth = fisher_z(population.sum(axis=0), response)
    drawn = population[random.integers(0, len(population), (draws, size))]
    total = drawn.sum(axis=1)
    found, without_one = fisher_z(total, response), fisher_z(total[:, None] - drawn, response)
    error = np.sqrt((size - 1) / size * ((without_one - found[:, None]) ** 2).sum(axis=1))
    return (abs(found - truth) <= scipy.stats.t.ppf(0.975, size - 1) * error).mean()


def main(study, draws=400):
    folder, random = pathlib.Path(study), np.random.default_rng(1)
    design = pd.read_parquet(folder / "design_sums.parquet").set_index("sequence")
    scores = pd.read_parquet(folder / "pair_sums.parquet")
    layers = [grams(design, rows.set_index("sequence")) for _, rows in scores[scores["head"] == -1].groupby("layer")]
    for size in (8, 16, 30, 64):
        for response in ("score", "row_centred_score"):
            found = [coverage(layer[response], response, size, int(draws), random) for layer in layers]
            print(f"{size} sequences, {response}: {min(found):.3f} to {max(found):.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
