"""Makes a corpus with many long documents out of a small one: the same bytes for the same input.

The first documents are those of the input; each further one is one of them with its lines in another
order (seeded), so that text, token frequencies and lengths stay those of real articles.
"""

import argparse
import pathlib
import random

import pyarrow as pa
import pyarrow.parquet as pq


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", required=True, type=pathlib.Path, help="Parquet file")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--documents", type=int, default=700)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    originals = pq.read_table(options.corpus, columns=["title", "text"]).to_pylist()
    generator = random.Random(options.seed)
    documents = originals[: options.documents]
    while len(documents) < options.documents:
        original = originals[len(documents) % len(originals)]
        lines = original["text"].split("\n")
        generator.shuffle(lines)
        copy = len(documents) // len(originals)
        documents.append({"title": f"{original['title']} ({copy})", "text": "\n".join(lines)})
    options.out.parent.mkdir(parents=True, exist_ok=True)
    partial = options.out.with_suffix(".part")
    pq.write_table(pa.Table.from_pylist(documents), partial, row_group_size=100, compression="zstd")
    partial.rename(options.out)


if __name__ == "__main__":
    main()
