"""Text and title of random JSON objects are those that Python's json finds, the fast way and the plain way."""

import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

PROBE = sys.argv.pop(1)
NAMES = ("text", "a", "b", "a.b", "b.a", "", "t\u00e9", "title")
PATHS = ("text", "a", "a.b", "a.b.a", ".a", "b.", "a.b.b.a", "t\u00e9")


class Object(list):
    """Pairs of name and value: a name may come twice."""


def random_value(generator, depth):
    kind = generator.randrange(9 if depth < 5 else 6)
    if kind < 2:
        return generator.choice(("", "the cat", "\u00e9\n\"\\", "x" * 100, "\U0001f600\0"))
    if kind < 6:
        return (None, True, generator.randint(-9, 9), generator.random())[kind - 2]
    if kind == 6:
        return [random_value(generator, depth + 1) for _ in range(generator.randrange(4))]
    return Object((generator.choice(NAMES), random_value(generator, depth + 1)) for _ in range(generator.randrange(7)))


def written(value, generator):
    space = generator.choice(("", "", " ", "\t "))
    if isinstance(value, Object):
        fields = (f"{json.dumps(name)}{space}:{space}{written(item, generator)}" for name, item in value)
        return "{" + space + f",{space}".join(fields) + "}"
    if isinstance(value, list):
        return "[" + f"{space},".join(written(item, generator) for item in value) + space + "]"
    return json.dumps(value, ensure_ascii=generator.random() < 0.5)


def find_path(value, path):
    """The value in a list, or an empty list: a field of the whole name, else along the first dot that leads to one."""
    if not isinstance(value, dict):
        return []
    if path in value:
        return [value[path]]
    for dot, letter in enumerate(path):
        if letter == "." and path[:dot] in value:
            found = find_path(value[path[:dot]], path[dot + 1:])
            if found:
                return found
    return []


def has_twice(value):
    if isinstance(value, Object):
        names = [name for name, _ in value]
        return len(names) > len(set(names)) or any(has_twice(item) for _, item in value)
    return isinstance(value, list) and any(map(has_twice, value))


class AgainstPython(unittest.TestCase):
    def test_random_objects(self):
        generator = random.Random(19)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "lines.jsonl"
            for text in PATHS:
                title = generator.choice(PATHS)
                values = [random_value(generator, 0) for _ in range(1500)]
                # The plain parser reads numbers beyond 64 bits.
                values = [Object([*value, ("n", 10 ** 30)] if generator.random() < 0.5 else value)
                          if isinstance(value, Object) else value for value in values]
                # A file that begins like an array is refused as one.
                first = next(i for i, value in enumerate(values) if isinstance(value, Object))
                values[0], values[first] = values[first], values[0]
                lines = [written(value, generator) for value in values]
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")
                result = subprocess.run([PROBE, "--skip-bad-lines", f"--text={text}", f"--title={title}", path],
                                        capture_output=True, check=False)
                self.assertEqual(result.returncode, 0, result.stderr)
                found = [json.loads(line) for line in result.stdout.decode().split("\n")[:-1]]
                expected = []
                for row, (value, line) in enumerate(zip(values, lines)):
                    parsed = json.loads(line)
                    texts = find_path(parsed, text)
                    if not texts or not isinstance(texts[0], str):
                        continue
                    titled = (find_path(parsed, title) or [None])[0]
                    is_shown = isinstance(titled, (dict, list, float)) or (titled is not None and has_twice(value))
                    expected.append([row, titled, texts[0], is_shown])
                self.assertEqual([(row, text) for row, _, text in found], [(row, text) for row, _, text, _ in expected])
                for (row, shown, _), (_, titled, _, is_shown) in zip(found, expected):
                    with self.subTest(line=lines[row]):
                        if not isinstance(titled, str) and is_shown:
                            self.assertEqual(json.loads(shown), titled)
                        elif titled is None:
                            self.assertEqual(shown, "")
                        elif isinstance(titled, str):
                            self.assertEqual(shown, titled)
                        else:
                            self.assertEqual(shown, json.dumps(titled))

    def test_damaged_lines(self):
        """A line with bytes that were changed, left out or put in is read if and only if Python's json reads it."""
        generator = random.Random(20)
        pieces = ('"', "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e9", "\\u00", "tru", "\x01", "\0", " ", '"text":"x"', "\ud83d", "1e")
        lines = []
        while len(lines) < 20_000:
            value = random_value(generator, 0)
            if not isinstance(value, Object):
                continue
            line = written(Object([("text", "the cat"), *value]), generator)
            for _ in range(generator.randrange(1, 4)):
                begin = generator.randrange(len(line) + 1)
                line = line[:begin] + generator.choice(("", *pieces)) + line[begin + generator.randrange(3):]
            if line.strip() and not line.startswith("[") and "\n" not in line:
                lines.append(line.encode("utf-8", "replace").decode())
        lines.insert(0, "{}")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "lines.jsonl"
            path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
            result = subprocess.run([PROBE, "--skip-bad-lines", path], capture_output=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        found = {row: text for row, _, text in map(json.loads, result.stdout.decode().split("\n")[:-1])}
        num_read = 0
        for row, line in enumerate(lines):
            expected = self.text_of(line)
            with self.subTest(line=line):
                self.assertEqual(found.get(row), expected)
            num_read += expected is not None
        self.assertTrue(1000 < num_read < 19_000, num_read)

    def text_of(self, line):
        """The text that Python finds; None if the line is not JSON by RFC 8259 or has no text."""
        def refuse(_):
            raise ValueError  # NaN and Infinity, which are not JSON

        def fields(pairs):
            json.dumps(pairs, ensure_ascii=False).encode()  # no surrogate alone, also in a field that is repeated
            return dict(pairs)

        def number(text):
            value = float(text)
            if value in (float("inf"), float("-inf")):
                raise ValueError  # beyond double: zipflens refuses it everywhere
            return value

        try:
            value = json.loads(line, parse_constant=refuse, parse_float=number, object_pairs_hook=fields)
            text = value["text"] if isinstance(value, dict) else None
        except (ValueError, KeyError, RecursionError):
            return None
        return text if isinstance(text, str) else None


if __name__ == "__main__":
    unittest.main()
