"""The table and the ratios of compare_encoders.py.

Seconds are per sequence. A rate counts the matrix products that were run.
"""

import dataclasses
import statistics

COLUMNS = ("", "batch", "s per sequence (least-most)", "GFLOP/s", "share of peak", "/ notebook", "peak memory, MB",
           "largest error", "rms error")


@dataclasses.dataclass
class Row:
    contender: dict
    median: float
    least: float
    most: float


def seconds_of(processes):
    """Of one sequence, every pass."""
    return [seconds / process["sequences"] for process in processes for seconds in process["pass_seconds"]]


def best_rows(contenders):
    """By name: each contender at the batch and streams that make it fastest."""
    rows = {}
    for contender in contenders:
        seconds = seconds_of(contender["processes"])
        row = Row(contender, statistics.median(seconds), min(seconds), max(seconds))
        rows[contender["name"]] = min(rows.get(contender["name"], row), row, key=lambda one: one.median)
    return rows


def peak_of(contenders):
    """The median of the FMA peaks measured beside these contenders' passes; GFLOP/s."""
    return statistics.median(value for contender in contenders for process in contender["processes"]
                             for value in process.get("fma_peak_gflops", []))


def is_usual(contender, threads):
    """Is ours, on all threads and on the machine's best instruction set."""
    return contender["ours"] and contender["threads"] == threads and contender["isa"] is None


def error_cells(processes):
    errors = [process["error"] for process in processes if process["error"] is not None]
    if not errors:
        return "", ""
    return tuple(f"{max(error[name] for error in errors):.1e}" for name in ("largest", "rms"))


def line(cells):
    return f"| {' | '.join(cells)} |"


def table_lines(contenders, threads):
    rows = best_rows(contenders)
    peak = peak_of([contender for contender in contenders if is_usual(contender, threads)])
    whole = rows["zipflens, none"].contender["processes"][0]
    yield (f"{whole['instruction_set']}, {threads} threads, FMA peak {peak:.0f} GFLOP/s "
           "(median; it moves with the machine)")
    yield line(COLUMNS)
    yield "|---" * len(COLUMNS) + "|"
    for name, row in rows.items():
        contender, processes = row.contender, row.contender["processes"]
        rate = processes[0].get("gflop", whole["gflop"]) / processes[0]["sequences"] / row.median
        has_own_peak = contender["ours"] and not is_usual(contender, threads)
        share = rate / (peak_of([contender]) if has_own_peak else peak)
        streams = contender["streams"]
        memory = max(process["peak_memory_bytes"] for process in processes) / 1e6
        yield line((
            name, f"{contender['batch']} x {streams}" if streams > 1 else f"{contender['batch']}",
            f"{row.median:.4f} ({row.least:.4f}-{row.most:.4f})", f"{rate:.0f}",
            f"{share:.0%}" if contender["precision"] == "float32" else "",
            f"{row.median / rows['zipflens, notebook'].median:.2f}", f"{memory:.0f}", *error_cells(processes)))


def ratio_lines(contenders, threads):
    rows = best_rows(contenders)
    for precision in ("float32", "bfloat16"):
        suffix = "" if precision == "float32" else f", {precision}"
        peers = [row for name, row in rows.items() if not row.contender["ours"] and not name.endswith("hooks")
                 and row.contender["precision"] == precision]
        ours = rows.get(f"zipflens, notebook{suffix}"), rows.get(f"zipflens, notebook+output{suffix}")
        if not peers or None in ours:
            continue
        fastest = min(peers, key=lambda row: row.median)
        yield (f"{precision}: zipflens, with the notebook's capture, is {fastest.median / ours[0].median:.2f} times as "
               f"fast as the fastest peer, {fastest.contender['name']}, which captures nothing; at equal work "
               f"{fastest.median / ours[1].median:.2f}")
    if {"PyTorch, hooks", "zipflens, notebook"} <= rows.keys():
        ratio = rows["PyTorch, hooks"].median / rows["zipflens, notebook"].median
        yield f"float32: and {ratio:.2f} times as fast as PyTorch with hooks for the same"
    for listeners in ("notebook", "study"):
        ratio = rows[f"zipflens, {listeners}+output"].median / rows["zipflens, none"].median
        yield f"cost of capture, {listeners}: {ratio - 1:.1%} of the run without"
    if "zipflens, none, 1 thread" in rows:
        ratio = rows["zipflens, none, 1 thread"].median / rows["zipflens, none"].median
        yield f"{threads} threads over one: {ratio:.2f}"
