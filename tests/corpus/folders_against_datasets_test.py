"""A folder's splits are those of the `datasets` package: the same rows in the same order, or a refusal here.

Run with --layouts N --seed S for a longer comparison than ctest's."""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

CACHE = tempfile.TemporaryDirectory()
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_CACHE"] = CACHE.name
os.environ["HF_HOME"] = CACHE.name

import datasets
from datasets import packaged_modules

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from random_folders import RandomFolder

PARSER = argparse.ArgumentParser()
PARSER.add_argument("probe")
PARSER.add_argument("--layouts", type=int, default=60)
PARSER.add_argument("--seed", type=int, default=16)
PARSER.add_argument("--show", action="store_true", help="print what is refused here and read by the package")
OPTIONS = PARSER.parse_args()

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SPLITS = ["train", "test", "validation", "all", "train+test", "train+validation+test", "extra", "random", "dev"]
SLICES = ["[:50%]", "[1:]", "[-2:]", "[:1]", "[25%:75%]", "[-34%:]", "[:67%]", "[2:7]"]


class Package:
    """What `datasets` makes of one folder."""

    def __init__(self, folder, config, data_dir):
        self.error = None
        try:
            self.builder = datasets.load_dataset_builder(str(folder), config, data_dir=data_dir)
            self.builder.download_and_prepare(verification_mode="no_checks")
            self.splits = list(self.builder.info.splits)
        except Exception as error:  # the package raises exceptions of many kinds
            self.error = error

    def rows(self, expression):
        """The texts, or None where the package refuses."""
        if self.error is not None:
            return None
        try:
            return self.builder.as_dataset(split=expression)["text"][:]
        except Exception:
            return None


def random_expression(generator, package):
    split = generator.choice(SPLITS)
    if package.error is None and generator.random() < 0.8:
        split = generator.choice(["+".join(generator.sample(package.splits, min(2, len(package.splits)))), *package.splits])
    if "+" in split or split == "all" or generator.random() < 0.5:
        return split
    return "+".join(split + generator.choice(SLICES) for _ in range(generator.choice([1, 1, 2])))


def reason(message):
    """A refusal without what is different each time."""
    found = message.partition(": found ")[2] or message
    return re.sub(r"\d+", "N", re.sub(r"\S*[/.]\S*|\"[^\"]*\"", "_", found))[:60]


class FoldersAgainstDatasets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        datasets.disable_progress_bars()
        datasets.logging.set_verbosity(datasets.logging.CRITICAL)
        cls.probe = subprocess.Popen([OPTIONS.probe], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.probe.communicate)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def read(self, corpus):
        """Texts, or the message of the refusal."""
        self.probe.stdin.write(f"{corpus}\n")
        self.probe.stdin.flush()
        answer = json.loads(self.probe.stdout.readline())
        return answer["error"] if isinstance(answer, dict) else answer

    def test_the_table_of_endings_is_the_package_s(self):
        source = (SOURCE / "zipflens/corpus/data_file_kinds.cc").read_text()
        entries = re.findall(r'{"(\w+)", (true|false),((?:\s*"[^"]*")+)}', source)
        ours = {}
        for loader, has_upper_case, strings in entries:
            for ending in " ".join(re.findall(r'"([^"]*)"', strings)).split():
                ours[ending] = loader
                if has_upper_case == "true":
                    ours[ending.upper()] = loader
        self.assertEqual(ours, {ending: module for ending, (module, _) in
                                packaged_modules._EXTENSION_TO_MODULE.items()})
        for name in [*packaged_modules._ALL_METADATA_FILENAMES, *packaged_modules._ALL_METADATA_EXTENSIONS]:
            self.assertIn(f'"{name}"', source)

    def test_random_folders(self):
        generator = random.Random(OPTIONS.seed)
        tally = collections.Counter()
        refused = collections.Counter()
        more = collections.Counter()
        for layout_idx in range(OPTIONS.layouts):
            self.compare(generator, self.root / f"d{layout_idx}", tally, refused, more)
        print(f"seed {OPTIONS.seed}, {OPTIONS.layouts} folders: {dict(tally)}")
        for title, reasons in (("refused here only", refused), ("read here only", more)):
            for text, count in reasons.most_common(40 if OPTIONS.show else 12):
                print(f"  {title}: {count:4} {text}")
        # zipflens may refuse only a few folders that the package reads, or the comparison proves little.
        self.assertGreater(tally["same rows"], 2 * tally["refused here only"])

    def compare(self, generator, root, tally, refused, more):
        root.mkdir()
        folder = RandomFolder(generator, root)
        names = folder.card() if generator.random() < 0.35 else []
        config, data_dir, prefix = None, None, str(root)
        if names and generator.random() < 0.6:
            config = generator.choice(names)
            prefix += f":{config}"
        elif not names and generator.random() < 0.15:
            tops = sorted({name.partition("/")[0] for name in folder.files if "/" in name})
            if tops:
                data_dir = generator.choice(tops)
                prefix += f":{data_dir}"
        package = Package(root, config, data_dir)
        for expression in ["train", "all", *(random_expression(generator, package) for _ in range(4))]:
            expected, found = package.rows(expression), self.read(f"{prefix}:{expression}")
            what = (sorted(folder.files), (root / "README.md").read_text() if names else "", prefix, expression)
            if expected and isinstance(found, list):
                self.assertEqual(found, expected, what)
                tally["same rows"] += 1
            elif expected:
                tally["refused here only"] += 1
                refused[reason(found)] += 1
            elif isinstance(found, list):
                tally["read here only"] += 1
                more[re.sub(r"\d+", "N", f"{type(package.error).__name__}: {package.error}")[:90]] += 1
                if OPTIONS.show:
                    print(what, package.error, package.error and package.error.__cause__, found[:3])
            else:
                tally["refused by both"] += 1
            self.assertIsNone(re.search("a bug|check failed", str(found)), what)
        shutil.rmtree(root)
        shutil.rmtree(CACHE.name, ignore_errors=True)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
