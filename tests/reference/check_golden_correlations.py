"""Compares a study with golden correlations, those of make_golden_correlations.py.

    python tests/reference/check_golden_correlations.py STUDY GOLDEN.json
Prints the largest difference of each measure. Exit code 1 if one is above 1e-4 (analysis.md's contract), if a
correlation is missing or undefined, or if the study is of other tokens or counts.
"""

import hashlib
import json
import math
import pathlib
import sys

import pyarrow.parquet as pq

TOLERANCE = 1e-4


class GoldenError(Exception):
    """The study cannot be compared, or differs; the message says where."""


def sha256_of(column):
    """Of a column of whole numbers as little-endian 64-bit integers, as make_golden_correlations.py has it."""
    return hashlib.sha256(column.to_numpy().astype("<i8").tobytes()).hexdigest()


def check_tokens(study, golden):
    """The batch and the counts must be the golden ones: other tokens have other correlations."""
    batch = pq.read_table(study / "batch.parquet").sort_by([("sequence", "ascending"), ("position", "ascending")])
    counts = pq.read_table(study / "token_counts.parquet").sort_by("id")
    for name, column in (("batch", batch["token_id"]), ("counts", counts["count"])):
        found, expected = sha256_of(column), golden[f"{name}_sha256"]
        if found != expected:
            raise GoldenError(f"{study}: the {name} are not those of {golden['corpus']}: sha256 of the token ids or"
                              f" counts expected {expected}, found {found}")


def study_correlations(study, profile_layer):
    """measure -> {layer or sequence: r} of the mean over the heads, under the golden file's names."""
    result = {}
    for row in pq.read_table(study / "correlations.parquet").to_pylist():
        if row["head"] != -1 or row["method"] != "pearson":
            continue
        if row["sequence"] == -1:
            result.setdefault(row["measure"], {})[row["layer"]] = row["estimate"]
        elif row["layer"] == profile_layer:
            result.setdefault(f"{row['measure']}_by_sequence", {})[row["sequence"]] = row["estimate"]
    return result


def largest_difference(measure, found, expected):
    """(difference, index) of the largest one; `found` by index, `expected` in order."""
    if sorted(found) != list(range(len(expected))):
        raise GoldenError(f"{measure}: {len(expected)} correlations expected, found those of {sorted(found)}")
    for index, value in found.items():
        if value is None or not math.isfinite(value):
            raise GoldenError(f"{measure}[{index}]: not defined, expected {expected[index]}")
    return max((abs(found[index] - value), index) for index, value in enumerate(expected))


def compare(study, golden):
    """Prints a line for each measure. Raises GoldenError on the first that differs."""
    check_tokens(study, golden)
    found = study_correlations(study, golden["profile_layer"])
    for measure, expected in golden["correlations"].items():
        difference, index = largest_difference(measure, found.get(measure, {}), expected)
        print(f"{measure}: {len(expected)} correlations, largest difference {difference:.2g}")
        if difference > TOLERANCE:
            raise GoldenError(f"{measure}[{index}]: expected {expected[index]}, found {found[measure][index]}:"
                              f" {difference:.2g} apart, at most {TOLERANCE} allowed")


def main():
    study, golden = map(pathlib.Path, sys.argv[1:])
    try:
        compare(study, json.loads(golden.read_text(encoding="utf-8")))
    except (GoldenError, FileNotFoundError) as error:
        sys.exit(f"differs from {golden.name}: {error}")


if __name__ == "__main__":
    main()
