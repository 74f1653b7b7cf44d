"""Runs the commands of a README as written and compares what they print with what it shows.

The convention, for people in CONTRIBUTING.md ("README commands are tests"):
  ```sh    a block of commands, run from an empty folder that holds build/zipflens and data/;
  ```text  right after it (blank lines between are fine): what the commands print on standard output.
           A line `...` stands for any number of lines.
  <!-- test: skip, REASON -->        on a line of its own before a sh block: not run;
  <!-- test: run instead, COMMAND -->   COMMAND is run in its place, and its output compared.
Either way a block's `make TARGET` must exist in the Makefile, and its `build/zipflens COMMAND --option`s in
that command's --help.
"""

import dataclasses
import re
import subprocess

DIRECTIVE = re.compile(r"^<!-- test: (skip|run instead), (.+) -->$")
FENCE = re.compile(r"^```(\w*)$")
NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")
MEASURED_UNIT = re.compile(r" ?(?:[A-Za-z]+/s|ms|s|min|kB|MB|GB|MiB|GiB)\b")


@dataclasses.dataclass
class Block:
    line: int  # of its fence, from 1
    commands: list
    directive: str = "run"
    argument: str = ""
    expected: list = None  # lines; None: not shown


def blocks_of(text):
    """The sh blocks of a Markdown text, with their directives and outputs."""
    blocks, lines = [], text.splitlines()
    directive, follows, number = None, None, 0
    while number < len(lines):
        line = lines[number].strip()
        number += 1
        fence = FENCE.match(line)
        if not fence:
            directive = DIRECTIVE.match(line) or (directive if not line else None)
            follows = follows if not line else None
            continue
        start = number
        while number < len(lines) and lines[number].strip() != "```":
            number += 1
        content = lines[start:number]
        number += 1
        if fence[1] == "sh":
            kind, argument = directive.groups() if directive else ("run", "")
            follows = Block(start, commands_of(content), kind, argument)
            blocks.append(follows)
        elif fence[1] == "text" and follows is not None:
            follows.expected, follows = content, None
        directive = None
    return blocks


def commands_of(lines):
    """The command lines, with continued lines joined and comments left out."""
    joined = "\n".join(lines).replace("\\\n", " ")
    commands = (re.sub(r"(?:^|\s)#.*", "", line).strip() for line in joined.splitlines())
    return [command for command in commands if command]


def run(commands, folder):
    """Runs the commands as one script; returns (exit code, standard output, standard error)."""
    script = "set -euo pipefail\n" + "\n".join(commands)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def same_number(expected, found):
    """Whole numbers must be equal; decimals may differ by one in the last place that is shown."""
    expected, found = expected.replace(",", ""), found.replace(",", "")
    if expected == found:
        return True
    if "." not in expected or "e" in expected + found:
        return False
    places = len(expected.partition(".")[2])
    if len(found.partition(".")[2]) != places:
        return False
    return abs(float(expected) - float(found)) < 1.5 * 10**-places


def same_line(expected, found):
    """Equal but for the last place of decimals, and for measured numbers: those before s, MB, docs/s, ..."""
    expected_parts, found_parts = split_numbers(expected), split_numbers(found)
    if len(expected_parts) != len(found_parts):
        return False
    for (text, number, measured), (found_text, found_number, _) in zip(expected_parts, found_parts):
        if " ".join(text.split()) != " ".join(found_text.split()):
            return False
        if not measured and not same_number(number, found_number):
            return False
    return True


def split_numbers(line):
    """The line as (text before, number, whether a unit of time, memory or rate follows)."""
    parts, at = [], 0
    for match in NUMBER.finditer(line):
        measured = bool(MEASURED_UNIT.match(line, match.end()))
        parts.append((line[at : match.start()], match[0], measured))
        at = match.end()
    return [*parts, (line[at:], "0", False)]


def same_output(expected, found):
    """Whether the lines found are those expected, where a line `...` stands for any number of lines."""
    expected = [line.rstrip() for line in expected]
    found = [line.rstrip() for line in found]
    matches = {0}  # how many of the lines found the expected ones so far may have used
    for line in expected:
        if line.strip() == "...":
            matches = set(range(min(matches), len(found) + 1)) if matches else set()
        else:
            matches = {n + 1 for n in matches if n < len(found) and same_line(line, found[n])}
    return len(found) in matches


def stale_parts(commands, makefile, help_of):
    """What the commands name that is not there: make targets, zipflens commands and options."""
    stale = []
    for command in commands:
        for target in re.findall(r"(?:^|&& |; )make ([a-z-]+)", command):
            if not re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE):
                stale.append(f"make {target}: no such target")
        for call in re.findall(r"(?:^|[ /])zipflens ([^|;&]*)", command):
            words = call.split()
            subcommands = []
            while words and re.fullmatch(r"[a-z]+", words[0]) and len(subcommands) < 2:
                if subcommands and subcommands != ["model"]:
                    break
                subcommands.append(words.pop(0))
            text = help_of(subcommands)
            if text is None:
                stale.append(f"zipflens {' '.join(subcommands)}: no such command")
                continue
            for option in (word.partition("=")[0] for word in words if word.startswith("--")):
                if not re.search(rf"{re.escape(option)}\b(?!-)", text):
                    stale.append(f"zipflens {' '.join(subcommands)}: no option {option}")
    return stale
