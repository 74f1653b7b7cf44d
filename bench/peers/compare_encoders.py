"""Measures zipflens' encoder and its peers in turn on the same tokens; a table of ratios per model, figures as JSON.

Every measurement is a process of its own. It loads, warms up, times passes over the same sequences of 512 tokens, and
writes the first sequence's output, which is compared with PyTorch's in float64. In the first round, peers run with
each of --batches on all threads and with one sequence per thread, as zipflens runs; they continue with their fastest
arrangement. Every other round takes the contenders backwards. The tokens are those of the demo's corpus, and the large
model has random weights. The FMA peak is the median of the peaks that time_encoder measures before its passes. The
exit code is 1 if an output is further from float64's than its precision allows (encoder_accuracy.py).
"""

import argparse
import dataclasses
import importlib.metadata
import json
import os
import pathlib
import re
import shlex
import shutil
import statistics
import subprocess
import sys

import numpy as np

import encoder_accuracy  # beside this file, as are the next
import encoder_table
from encoder_models import LENGTH
from machine import processor

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MINILM = ROOT / "data/all-minilm-l6-v2"
CORPUS = ROOT / "data/wikipedia-sample.parquet"
PEERS = {"float32": ["PyTorch, hooks", "PyTorch", "ONNX Runtime", "OpenVINO", "CTranslate2"],
         "bfloat16": ["PyTorch, bfloat16", "OpenVINO, bfloat16"]}
PACKAGES = ("torch", "transformers", "onnxruntime", "openvino", "ctranslate2")
LISTENERS = ["none", "notebook", "notebook+output", "study", "study+output"]
BFLOAT16_LISTENERS = ["none", "notebook", "notebook+output"]
SEQUENCES = {"minilm": 16, "bert-large": 4}
PATIENCE = 900  # seconds; a peer was once seen to hang
# No setting of this shell may replace float32 by something less; the errors of the outputs would show it too.
STRICT = {"ONEDNN_DEFAULT_FPMATH_MODE": "STRICT"}
# With --avx2, in addition to the library that hides AVX-512 (hide_avx512.cc): the C library chooses its memcpy before
# any other library is loaded.
NO_AVX512 = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=" + ",".join(
    f"-AVX512{part}" for part in ("F", "VL", "BW", "DQ", "CD"))}


@dataclasses.dataclass(frozen=True)
class Contender:
    """What is measured: `command` is a process without its --output."""
    name: str
    command: tuple
    ours: bool
    precision: str
    threads: int
    batch: int
    streams: int
    isa: str | None = None  # what ZIPFLENS_ISA is set to
    has_output: bool = True


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--models", nargs="+", choices=SEQUENCES, default=list(SEQUENCES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--passes", type=int, default=2, help="timed passes a process")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--bfloat16", action="store_true", help="also in bfloat16, where the processor multiplies it")
    parser.add_argument("--isa", nargs="*", metavar="ISA",
                        help="also zipflens held to these instruction sets (default: avx512 where there is AMX)")
    parser.add_argument("--avx2", action="store_true",
                        help="hold all to AVX2: hide AVX-512 and AMX from every process")
    parser.add_argument("--prefix", default="", help="command before each measured one, e.g. 'flock -x LOCK'")
    parser.add_argument("--out", type=pathlib.Path, help="the JSON; default: BUILD/peers/encoders.json")
    options = parser.parse_args()
    flags = processor("flags").split()
    if options.isa is None:
        options.isa = ["avx512"] if "amx_tile" in flags and not options.avx2 else []
    if options.bfloat16 and (options.avx2 or "avx512_bf16" not in flags):
        print("bfloat16: left out, since the processor (as it is used here) does not multiply it", file=sys.stderr)
        options.bfloat16 = False
    return options


def output_of(command, environment=None, patience=None):
    """What the command prints; None if it has not ended after `patience` seconds."""
    command = [str(part) for part in command]
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=patience,
                                env={**os.environ, **(environment or {})})
    except subprocess.TimeoutExpired:
        return None
    if result.returncode != 0:
        sys.exit(f"{shlex.join(command)}: exit code {result.returncode}\n{result.stderr}")
    return result.stdout


def make_tokens(options):
    """int32 ids, [64, 512]: the first 512 tokens of the first documents that have as many."""
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
    output_of([sys.executable, HERE / "encoder_models.py", folder])
    return folder


def make_reference(options, folder, tokens):
    """The first sequence's output in float64, flat."""
    file = folder / "outputs/float64"
    output_of([sys.executable, HERE / "encoder_peers.py", "reference", "--model", folder, "--tokens", tokens,
               "--threads", options.threads, "--output", file])
    return np.fromfile(file)


def our_contenders(options, folder, tokens, count):
    def ours(listeners, precision="float32", threads=options.threads, isa=None):
        name = f"zipflens, {listeners}"
        name += "" if precision == "float32" else f", {precision}"
        name += "" if threads == options.threads else f", {threads} thread"
        name += "" if isa is None else f", ZIPFLENS_ISA={isa}"
        command = (options.build / "time_encoder", folder, tokens, listeners, threads, count, options.passes,
                   "--precision", precision)
        return Contender(name, command, ours=True, precision=precision, threads=threads, batch=1, streams=threads,
                         isa=isa, has_output=listeners == "none" or listeners.endswith("+output"))

    yield from (ours(listeners) for listeners in LISTENERS)
    if options.threads > 1:
        yield ours("none", threads=1)
    yield from (ours("none", isa=isa) for isa in options.isa)
    if options.bfloat16:
        yield from (ours(listeners, precision="bfloat16") for listeners in BFLOAT16_LISTENERS)


def peer_contenders(options, folder, tokens, count):
    arrangements = [(batch, 1) for batch in options.batches] + [(1, options.threads)] * (options.threads > 1)
    for precision in ["float32"] + ["bfloat16"] * options.bfloat16:
        for peer in PEERS[precision]:
            for batch, streams in arrangements:
                command = (sys.executable, HERE / "encoder_peers.py", "time", peer, "--model", folder,
                           "--tokens", tokens, "--sequences", count, "--passes", options.passes,
                           "--threads", options.threads, "--batch", batch, "--streams", streams)
                yield Contender(peer, command, ours=False, precision=precision, threads=options.threads,
                                batch=batch, streams=streams)


def measure(options, contender, folder, reference):
    """The process's own report, with its output's error; None if it hangs."""
    name = f"{contender.name} {contender.batch}x{contender.streams}".lower()
    file = folder / "outputs" / re.sub(r"[^a-z0-9=]+", "-", name)
    file.unlink(missing_ok=True)
    command = [*shlex.split(options.prefix), *contender.command]
    command += ["--output", file] if contender.has_output else []
    output = output_of(command, {"ZIPFLENS_ISA": contender.isa} if contender.isa else None, PATIENCE)
    if output is None:
        return None
    report = {**json.loads(output.splitlines()[-1]), "error": None}
    if contender.has_output:
        error = encoder_accuracy.error_of(np.fromfile(file, dtype=np.float32), reference)
        report["error"] = dataclasses.asdict(error)
    return report


def best_arrangements(contenders, found):
    """Of each name the contender with the least median so far, in their order."""
    def seconds(contender):
        return statistics.median(encoder_table.seconds_of(found[contender]))

    best = {}
    for contender in contenders:
        best[contender.name] = min(best.get(contender.name, contender), contender, key=seconds)
    return list(best.values())


def measure_model(options, name, folder, tokens, reference):
    """Every contender with the reports of its processes, as the JSON keeps them."""
    count = SEQUENCES[name]
    contenders = [*our_contenders(options, folder, tokens, count), *peer_contenders(options, folder, tokens, count)]
    found = {contender: [] for contender in contenders}
    for round_idx in range(options.rounds):
        print(f"{name}, round {round_idx + 1} of {options.rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        for contender in contenders if round_idx % 2 == 0 else reversed(contenders):
            report = measure(options, contender, folder, reference)
            if report is None:
                print(f"{contender.name}, {contender.batch} x {contender.streams}: no end after {PATIENCE} s: left out",
                      file=sys.stderr)
                del found[contender]
            else:
                found[contender].append(report)
        contenders = best_arrangements([one for one in contenders if one in found], found)
    return [{"name": one.name, "batch": one.batch, "streams": one.streams, "ours": one.ours, "threads": one.threads,
             "precision": one.precision, "isa": one.isa, "processes": processes} for one, processes in found.items()]


def main():
    options = arguments()
    os.environ.update(STRICT)
    if options.avx2 and "avx512f" in processor("flags").split():
        library = (options.build / "bench/libhide_avx512.so").resolve()
        if not library.exists():  # the loader would only warn, and AVX-512 be measured as AVX2
            sys.exit(f"--avx2: no {library}; build first: make bench, or ninja -C {options.build} hide_avx512")
        os.environ.update(NO_AVX512, LD_PRELOAD=str(library))
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    (options.build / "peers").mkdir(parents=True, exist_ok=True)
    out = options.out or options.build / "peers/encoders.json"
    tokens = make_tokens(options)
    record = {"processor": processor(), "load_at_start": os.getloadavg()[0], "threads": options.threads,
              "avx2": options.avx2, "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
              "largest_errors_allowed": encoder_accuracy.LARGEST_ERRORS, "models": {}}
    violations = []
    for name in options.models:
        folder = make_model(options, name)
        (folder / "outputs").mkdir(exist_ok=True)
        reference = make_reference(options, folder, tokens)
        contenders = measure_model(options, name, folder, tokens, reference)
        record["models"][name] = {"reference_rms": float(np.sqrt(np.mean(reference**2))), "contenders": contenders}
        out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        print(f"\n{name}: ", end="")
        print("\n".join([*encoder_table.table_lines(contenders, options.threads),
                         *encoder_table.ratio_lines(contenders, options.threads)]))
        violations += [f"{name}, {violation}" for violation in encoder_accuracy.violations(contenders)]
    print(f"\nevery figure: {out}")
    if violations:
        sys.exit("\n".join(violations))


if __name__ == "__main__":
    main()
