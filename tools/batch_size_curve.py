"""Prints how a study's numbers change with the size of its batch, as a table in Markdown.

    tools/batch_size_curve.py [SIZE ...]     sizes of the batch; 8, 16, 32 and 64 by default

It studies the demo's model and corpus once per size, with the options of `make demo`, into a temporary folder.
"""

import pathlib
import subprocess
import sys
import tempfile

import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEASURES = ("log_norm", "type_log_norm", "bin_mean", "pair", "pair_row_centred", "type_row_score", "type_column_score")


def correlations(size, folder):
    subprocess.run([ROOT / "build/zipflens", "study", "--model", ROOT / "data/all-minilm-l6-v2", "--corpus",
                    ROOT / "data/wikipedia-sample.parquet", "--sequences", str(size), "--permutations", "0", "--resamples", "0",
                    "--formats", "svg", "--quiet", "--out", folder], check=True)
    rows = pd.read_parquet(folder / "correlations.parquet")
    return rows[(rows["head"] == -1) & (rows.sequence == -1) & (rows.method == "pearson")]


def main():
    sizes = [int(size) for size in sys.argv[1:]] or [8, 16, 32, 64]
    with tempfile.TemporaryDirectory() as root:
        found = {size: correlations(size, pathlib.Path(root) / str(size)) for size in sizes}
    layers = sorted(found[sizes[0]].layer.unique())
    print("| measure | layer | " + " | ".join(f"{size} sequences" for size in sizes) + " |")
    print("|---|" + "---|" * (1 + len(sizes)))
    for measure in MEASURES:
        for layer in (layers[0], layers[len(layers) // 2], layers[-1]):
            estimates = [rows[(rows.measure == measure) & (rows.layer == layer)].estimate.item() for rows in found.values()]
            print(f"| `{measure}` | {layer} | " + " | ".join(f"{estimate:.3f}" for estimate in estimates) + " |")


if __name__ == "__main__":
    main()
