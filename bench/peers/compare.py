"""Runs zipflens and the notebook's recipe in turn on the same input; prints one table, keeps JSON.

Times are wall-clock seconds, medians over the rounds; peak memory is the kernel's, of the process and
its children. The exit code is 1 if a correlation of the two differs by more than 1e-4.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import pyarrow.parquet as pq
from machine import processor  # beside this file

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOLERANCE = 1e-4


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--zipflens", type=pathlib.Path, default=ROOT / "build/zipflens")
    parser.add_argument("--model", type=pathlib.Path, default=ROOT / "data/all-minilm-l6-v2")
    parser.add_argument("--corpus", type=pathlib.Path, default=ROOT / "data/wikipedia-sample.parquet")
    parser.add_argument("--large-corpus", type=pathlib.Path,
                        default=ROOT / "data/bench/wikipedia-shuffled.parquet")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/peers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def run(command, log):
    """Wall seconds and peak bytes of a command; its output goes to a file."""
    with open(log, "w", encoding="utf-8") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}\n"
                 + pathlib.Path(log).read_text(encoding="utf-8"))
    return seconds, usage.ru_maxrss * 1024


def run_recipe(options, *flags):
    dump = options.out / "recipe.json"
    command = [sys.executable, HERE / "notebook_recipe.py", "--model", options.model,
               "--corpus", options.corpus, "--threads", str(options.threads), "--dump", dump,
               "--figures", options.out / "recipe_figures", *flags]
    wall, _ = run(command, options.out / "recipe.log")
    report = json.loads(dump.read_text(encoding="utf-8"))
    seconds = report["seconds"]
    total = wall - seconds["figures"]
    return {
        "count": seconds["count"],
        "encode and statistics": seconds["encode"] + seconds["statistics"],
        "total, no figures, no imports": total - seconds["import"],
        "total, no figures": total,
        "total": wall,
        "peak_bytes_before_figures": report["peak_bytes"]["statistics"],
        "peak_bytes": report["peak_bytes"]["figures"],
        "stages": seconds,
    }, report


def run_zipflens(options, corpus, sequences):
    out = options.out / f"study{sequences}"
    command = [options.zipflens, "study", "--model", options.model, "--corpus", corpus, "--out", out,
               "--sequences", str(sequences), "--threads", str(options.threads), "--quiet", "--force"]
    wall, peak = run(command, options.out / "zipflens.log")
    study = json.loads((out / "study.json").read_text(encoding="utf-8"))
    seconds = study["timings_seconds"]
    total = wall - seconds["figures"]
    return {
        "count": seconds["count"],
        "encode and statistics": seconds["encode"],
        "permutations and bootstraps": seconds["statistics"],
        "total, no figures, no imports": total,
        "total, no figures": total,
        "total": wall,
        "peak_bytes": peak,
        "stages": seconds,
    }


def correlations_of(study, profile_layer):
    """A study's correlations under the recipe's names, in layer and sequence order."""
    rows = [row for row in pq.read_table(study / "correlations.parquet").to_pylist()
            if row["head"] == -1]
    rows.sort(key=lambda row: (row["layer"], row["sequence"]))
    result = {measure: [row["estimate"] for row in rows
                        if row["measure"] == measure and row["sequence"] == -1]
              for measure in ("log_norm", "bin_mean", "bin_std")}
    for measure in ("bin_mean", "bin_std"):
        result[f"{measure}_by_sequence"] = [
            row["estimate"] for row in rows
            if row["measure"] == measure and row["sequence"] >= 0 and row["layer"] == profile_layer]
    return result


def largest_differences(ours, theirs):
    differences = {}
    for measure, values in theirs.items():
        if len(ours[measure]) != len(values):
            sys.exit(f"{measure}: {len(ours[measure])} correlations of zipflens, {len(values)} of the recipe")
        differences[measure] = max(abs(a - b) for a, b in zip(ours[measure], values))
    return differences


def median(rounds, key):
    return statistics.median(result[key] for result in rounds)


def print_table(rounds, weights):
    names = {"recipe": "recipe", "stacked": "recipe, stacked", "ours": "zipflens"}
    keys = ("count", "encode and statistics", "total, no figures, no imports", "total, no figures", "total")
    print(f"{'64 sequences, seconds (median)':<34}" + "".join(f"{name:>17}" for name in names.values())
          + f"{'ratio':>8}{'stacked':>9}")
    for key in keys:
        values = [median(rounds[name], key) for name in names]
        print(f"{key:<34}" + "".join(f"{value:>17.2f}" for value in values)
              + f"{values[0] / values[2]:>8.2f}{values[1] / values[2]:>9.2f}")
    print(f"of zipflens' totals, permutations and bootstraps, which the recipe does not have: "
          f"{median(rounds['ours'], 'permutations and bootstraps'):.2f} s")
    mega = 1e6
    print(f"\nweights {weights / mega:.0f} MB; peak memory, MB:")
    print(f"  recipe, before figures       {median(rounds['recipe'], 'peak_bytes_before_figures') / mega:7.0f}")
    print(f"  recipe, with figures         {median(rounds['recipe'], 'peak_bytes') / mega:7.0f}")
    for name, label in (("ours", "zipflens,  64 sequences"), ("large64", "zipflens,  64, large corpus"),
                        ("large512", "zipflens, 512, large corpus")):
        peak = median(rounds[name], "peak_bytes")
        print(f"  {label:<29}{peak / mega:7.0f}  (weights + {(peak - weights) / mega:.0f})")
    print(f"\nzipflens, 512 sequences: {median(rounds['large512'], 'total'):.2f} s")


def main():
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    rounds = {name: [] for name in ("recipe", "stacked", "ours", "large64", "large512")}
    loads = []
    for round_idx in range(options.rounds):
        loads.append(os.getloadavg()[0])
        print(f"round {round_idx + 1} of {options.rounds}, load {loads[-1]:.1f}", file=sys.stderr)
        rounds["ours"].append(run_zipflens(options, options.corpus, 64))
        result, report = run_recipe(options)
        rounds["recipe"].append(result)
        result, _ = run_recipe(options, "--stack-layers")
        rounds["stacked"].append(result)
        if round_idx == 0:
            ours = correlations_of(options.out / "study64", report["profile_layer"])
            differences = largest_differences(ours, report["correlations"])
        for sequences in (64, 512):
            rounds[f"large{sequences}"].append(run_zipflens(options, options.large_corpus, sequences))
    weights = sum(file.stat().st_size for file in options.model.glob("*.safetensors"))
    machine = f"{processor()}, {os.cpu_count()} processors, {options.threads} threads"
    record = {"machine": machine, "load_before_each_round": loads, "rounds": rounds,
              "weights_bytes": weights, "largest_correlation_differences": differences}
    (options.out / "peers.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(options.out / "recipe_figures", ignore_errors=True)

    print(f"{machine}; load before each round: {', '.join(f'{load:.1f}' for load in loads)}\n")
    print_table(rounds, weights)
    print("\nlargest difference of a correlation from the recipe's (at most 1e-4):")
    for measure, difference in differences.items():
        print(f"  {measure:<24}{difference:.1e}")
    print(f"\nevery round: {options.out / 'peers.json'}")
    return int(max(differences.values()) > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
