"""zipflens' encoder and its peers in turn on the same tokens: one table of ratios a model, every figure as JSON.

Every measurement is a process of its own: it loads, warms up and times passes over the same sequences of 512
tokens. Peers are tried with each of --batches in the first round and go on with the best. The tokens are those of
the demo's corpus; the large model is a random one. The FMA peak is the median of those time_encoder measures before
its passes.
"""

import argparse
import json
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MINILM = ROOT / "data/all-minilm-l6-v2"
CORPUS = ROOT / "data/wikipedia-sample.parquet"
LENGTH = 512
FLOAT32 = ["PyTorch, hooks", "PyTorch", "ONNX Runtime", "OpenVINO", "CTranslate2"]
BFLOAT16 = ["PyTorch, bfloat16", "OpenVINO, bfloat16"]
LISTENERS = ["none", "notebook", "notebook+output", "study", "study+output"]
SEQUENCES = {"minilm": 16, "bert-large": 4}
AVX2 = {"ZIPFLENS_ISA": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2", "CT2_FORCE_CPU_ISA": "AVX2"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--models", nargs="+", choices=SEQUENCES, default=list(SEQUENCES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--passes", type=int, default=2, help="timed passes a process")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--bfloat16", action="store_true", help="also the peers' bfloat16")
    parser.add_argument("--avx2", action="store_true",
                        help="hold all to AVX2 (but ONNX Runtime, which has no such switch and is left out)")
    parser.add_argument("--prefix", default="", help="command before each measured one, e.g. 'flock -x LOCK'")
    parser.add_argument("--out", type=pathlib.Path, help="the JSON; default: BUILD/peers/encoders.json")
    return parser.parse_args()


def output_of(command):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{shlex.join(map(str, command))}: exit code {result.returncode}\n{result.stderr}")
    return result.stdout


def make_tokens(options):
    """int32 ids, [64, 512]: the first 512 tokens of the first documents that have as many."""
    import numpy as np

    tokens = options.build / "peers/tokens.i32"
    lines = output_of([options.build / "zipflens", "tokenize", "--model", MINILM, "--corpus", CORPUS, "--quiet"])
    rows = [row[:LENGTH] for row in map(json.loads, lines.splitlines()) if len(row) >= LENGTH][:64]
    np.array(rows, dtype=np.int32).tofile(tokens)
    return tokens


def make_model(options, name):
    """The model's folder, with the peers' forms of it."""
    folder = options.build / "peers" / name
    if not (folder / "model.safetensors").exists():
        print(f"Making {folder}", file=sys.stderr)
        if name == "minilm":
            shutil.copytree(MINILM, folder, dirs_exist_ok=True)
        else:
            output_of([options.build / "zipflens", "model", "random", "--like", "bert-large-uncased", "--seed", 0,
                       "--tokenizer", MINILM, "--out", folder, "--force"])
    if not ((folder / "model.onnx").exists() and (folder / "ctranslate2").exists()):
        output_of([sys.executable, HERE / "encoder_peers.py", "convert", folder, ""])
    return folder


def measure(options, command):
    lines = output_of(shlex.split(options.prefix) + command).splitlines()
    return json.loads(lines[-1])


def measure_model(options, name, folder, tokens):
    """Figures of every process by contender: (name, batch)."""
    count, passes, threads = SEQUENCES[name], options.passes, options.threads
    contenders = [(peer, batch) for peer in FLOAT32 + (BFLOAT16 if options.bfloat16 else [])
                  for batch in options.batches if not (options.avx2 and peer == "ONNX Runtime")]
    ours = [(listeners, threads) for listeners in LISTENERS] + [("none", 1)] * (threads > 1)
    found = {}
    for round_idx in range(options.rounds):
        print(f"{name}, round {round_idx + 1} of {options.rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        for listeners, num_threads in ours:
            label = f"zipflens, {listeners}" + ("" if num_threads == threads else ", 1 thread")
            found.setdefault((label, 1), []).append(measure(
                options, [options.build / "time_encoder", folder, tokens, listeners, num_threads, count, passes]))
        for peer, batch in contenders:
            found.setdefault((peer, batch), []).append(measure(
                options, [sys.executable, HERE / "encoder_peers.py", peer, folder, tokens, batch, count, passes,
                          threads]))
        contenders = best_batches(found, contenders)
    return [{"name": label, "batch": batch, "processes": processes} for (label, batch), processes in found.items()]


def passes_of(processes):
    return [seconds / process["sequences"] for process in processes for seconds in process["pass_seconds"]]


def best_batches(found, contenders):
    best = {}
    for peer, batch in contenders:
        seconds = statistics.median(passes_of(found[peer, batch]))
        best[peer] = min(best.get(peer, (seconds, batch)), (seconds, batch))
    return [(peer, batch) for peer, (_, batch) in best.items()]


def print_table(options, name, results):
    """Seconds are of one sequence; a rate counts the products that were run."""
    ours = {result["name"]: result["processes"] for result in results if result["name"].startswith("zipflens")}
    both = [process for label, processes in ours.items() if "1 thread" not in label for process in processes]
    peak = statistics.median(value for process in both for value in process["fma_peak_gflops"])
    print(f"\n{name}: {both[0]['instruction_set']}, {options.threads} threads, FMA peak {peak:.0f} GFLOP/s "
          "(median; it moves with the machine)")
    print("| | batch | s a sequence (least-most) | GFLOP/s | share of peak | peer / notebook | peak memory, MB |")
    print("|---|---|---|---|---|---|---|")
    whole = ours["zipflens, none"][0]
    notebook = statistics.median(passes_of(ours["zipflens, notebook"]))
    rows = {}
    for result in results:
        seconds = passes_of(result["processes"])
        row = (statistics.median(seconds), min(seconds), max(seconds), result)
        rows[result["name"]] = min(rows.get(result["name"], row), row, key=lambda row: row[0])
    for label, (median, least, most, result) in rows.items():
        process = result["processes"][0]
        rate = process.get("gflop", whole["gflop"]) / process["sequences"] / median
        memory = max(one["peak_memory_bytes"] for one in result["processes"]) / 1e6
        own_peak = peak if "1 thread" not in label else statistics.median(
            value for one in result["processes"] for value in one["fma_peak_gflops"])
        print(f"| {label} | {result['batch']} | {median:.4f} ({least:.4f}-{most:.4f}) | {rate:.0f} | "
              f"{rate / own_peak:.0%} | {median / notebook:.2f} | {memory:.0f} |")
    for listeners in ("notebook", "study"):
        ratio = rows[f"zipflens, {listeners}+output"][0] / rows["zipflens, none"][0]
        print(f"cost of capture, {listeners}: {ratio - 1:.1%} of the run without")
    if "zipflens, none, 1 thread" in rows:
        ratio = rows["zipflens, none, 1 thread"][0] / rows["zipflens, none"][0]
        print(f"{options.threads} threads over one: {ratio:.2f}")


def main():
    options = arguments()
    if options.avx2:
        os.environ.update(AVX2)
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    (options.build / "peers").mkdir(parents=True, exist_ok=True)
    out = options.out or options.build / "peers/encoders.json"
    tokens = make_tokens(options)
    record = {"load_at_start": os.getloadavg()[0], "threads": options.threads, "avx2": options.avx2, "models": {}}
    for name in options.models:
        results = measure_model(options, name, make_model(options, name), tokens)
        record["models"][name] = results
        out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        print_table(options, name, results)
    print(f"\nevery figure: {out}")


if __name__ == "__main__":
    main()
