"""What the benchmarks say of the machine."""

import pathlib


def processor(field="model name"):
    """The first processor's field of /proc/cpuinfo; "" where there is none."""
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == field:
            return value.strip()
    return ""
