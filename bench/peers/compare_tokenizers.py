"""Times zipflens, nanotoken and Hugging Face tokenizers on one growing text, cold, in turn.

Every measurement is a process of its own. Both wall time and CPU time are shown. On a machine that others use,
compare CPU times, and only ratios within one run.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

MODEL = pathlib.Path("data/all-minilm-l6-v2")
CORPUS = pathlib.Path("data/wikipedia-sample.parquet")
REFERENCE_MB = 5  # the reference is slow: a piece of the text is enough


def make_texts(build, folder, megabytes):
    """The text as lines and as Snappy Parquet, a line a document; made once."""
    text, parquet = folder / f"heaps-{megabytes}.txt", folder / f"heaps-{megabytes}.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    if not text.exists():
        partial = text.with_suffix(".part")
        subprocess.run([build / "write_heaps_text", CORPUS, str(megabytes), partial], check=True)
        partial.rename(text)
    if not parquet.exists():
        import pyarrow as pa
        import pyarrow.parquet as pq

        partial = parquet.with_suffix(".part")
        lines = text.read_text(encoding="utf-8").split("\n")
        pq.write_table(pa.table({"text": lines}), partial, row_group_size=5000, compression="snappy")
        partial.rename(parquet)
    return text, parquet


def read_documents(text, megabytes=None):
    content = text.read_bytes()
    if megabytes is not None:
        content = content[: content.index(b"\n", megabytes * 1_000_000)]
    return content.decode("utf-8").split("\n"), len(content)


def run_nanotoken(text, threads):
    import nanotoken

    tokenizer = nanotoken.Tokenizer(str(MODEL / "tokenizer.json"))
    documents, size = read_documents(text)
    cpu, wall = time.process_time(), time.perf_counter()
    ids = tokenizer.encode_batch(documents, add_special_tokens=False, parallel=threads > 1)
    return time.perf_counter() - wall, time.process_time() - cpu, size, ids.num_tokens


def run_tokenizers(text, threads):
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    documents, size = read_documents(text, REFERENCE_MB)
    cpu, wall = time.process_time(), time.perf_counter()
    num_tokens = sum(
        len(encoding.ids)
        for start in range(0, len(documents), 64)
        for encoding in tokenizer.encode_batch(documents[start : start + 64], add_special_tokens=False)
    )
    return time.perf_counter() - wall, time.process_time() - cpu, size, num_tokens


def measure_peer(name, text, threads):
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}
    environment["TOKENIZERS_PARALLELISM"] = "true" if threads > 1 else "false"
    command = [sys.executable, __file__, "--peer", name, str(text), str(threads)]
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(result.stdout)


def measure_zipflens(build, mode, text, threads):
    command = [build / "time_tokenizer", MODEL, text, mode, str(threads)]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result["wall"], result["cpu"], text.stat().st_size, result["tokens"]


def measure_parquet(build, parquet, text, threads):
    """`zipflens count` from start to end; the size is that of the text."""
    command = [build / "zipflens", "count", "--model", MODEL, "--corpus", parquet, "--quiet", "--json", "--force"]
    command += ["--threads", str(threads), "--out", parquet.with_suffix(".counts.csv")]
    before, wall = os.times(), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    wall, after = time.perf_counter() - wall, os.times()
    cpu = (after.children_user + after.children_system) - (before.children_user + before.children_system)
    return wall, cpu, text.stat().st_size, None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("data/bench"), help="folder for the texts")
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--peer", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        name, text, threads = options.peer
        run = {"nanotoken": run_nanotoken, "tokenizers": run_tokenizers}[name]
        print(json.dumps(run(pathlib.Path(text), int(threads))))
        return

    text, parquet = make_texts(options.build, options.data, options.megabytes)
    contenders = {
        "zipflens, counting from memory": lambda n: measure_zipflens(options.build, "count", text, n),
        "zipflens, ids in memory": lambda n: measure_zipflens(options.build, "encode", text, n),
        "zipflens count, Snappy Parquet, whole process": lambda n: measure_parquet(options.build, parquet, text, n),
        "nanotoken, ids in memory": lambda n: measure_peer("nanotoken", text, n),
        f"tokenizers, ids in memory, first {REFERENCE_MB} MB": lambda n: measure_peer("tokenizers", text, n),
    }
    print(f"{options.megabytes} MB, load at the start {os.getloadavg()[0]:.1f}, best of {options.rounds} rounds")
    print("| | threads | MB/s, wall | MB per CPU second | tokens |\n|---|---|---|---|---|")
    measured = {}
    for _ in range(options.rounds):  # in turn, so that all see the same machine
        for name, measure in contenders.items():
            for threads in options.threads:
                measured.setdefault((name, threads), []).append(measure(threads))
    for (name, threads), all_found in measured.items():
        wall, cpu = (max(found[2] / 1e6 / found[which] for found in all_found) for which in (0, 1))
        print(f"| {name} | {threads} | {wall:.0f} | {cpu:.0f} | {all_found[0][3] or ''} |")
    nano = measured["nanotoken, ids in memory", options.threads[0]]
    for name in ("zipflens, counting from memory", "zipflens, ids in memory"):
        ours = measured[name, options.threads[0]]
        ratio = statistics.median(theirs[1] / mine[1] for theirs, mine in zip(nano, ours))
        print(f"{name} / nanotoken, CPU time, {options.threads[0]} thread, median of rounds: {ratio:.2f}")
    whole_text = [name for name in contenders if "in memory" in name and "first" not in name]
    tokens = {found[3] for (name, _), rounds in measured.items() if name in whole_text for found in rounds}
    if len(tokens) != 1:
        sys.exit(f"numbers of tokens differ: {tokens}")


if __name__ == "__main__":
    main()
