"""Random folders as data sets lie about: names of the words, separators and nestings of the `datasets` package's
own patterns and of data sets on the hub."""

import bz2
import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq

WORDS = ["train", "training", "validation", "valid", "val", "dev", "test", "testing", "eval", "evaluation"]
NEAR_WORDS = ["Train", "TEST", "trainer", "contest", "develop", "latest", "retrain", "evaluate", "tests"]
SEPARATORS = ["-", ".", "_", " ", "0", "7", ""]
OTHERS = ["a", "part", "en", "20231101.en", "c4", "wiki", "shard", "data", "x1", "de"]
FOLDERS = ["data", "en", "20231101.en", "corpus", "raw", ".hidden", "__pycache__", "sub", "fr", "v1.0", "x.json.d"]
ENDINGS = [".jsonl", ".json", ".txt", ".parquet", ".jsonl.gz", ".json.gz", ".txt.gz", ".ndjson", ".jsonl.bz2"]
ODD_ENDINGS = [".csv", ".md", ".py", ".JSONL", ".Parquet", ".txt.bak", "", ".tsv", ".png", ".yaml", ".json.xz"]
BESIDE = ["README.md", "LICENSE", "LICENSE.txt", "dataset_infos.json", "config.json", ".gitattributes", "metadata.jsonl",
          "notes.txt", "train.py", "NOTICE.txt", "_SUCCESS", "urls.csv", ".train.jsonl"]


class RandomFolder:
    """Writes one folder; every row is a text that no other row is."""

    def __init__(self, generator, root):
        self.generator = generator
        self.root = root
        self.files = {}
        pick = generator.random()
        self.endings = [generator.choice(ENDINGS)] if pick < 0.8 else generator.sample(ENDINGS, 2)
        if 0.15 < pick < 0.35:  # one loader with several endings
            self.endings = generator.choice([[".jsonl", ".json.gz", ".ndjson"], [".txt", ".txt.gz"]])
        make = generator.choice([self.words, self.words, self.words_in_folders, self.sharded, self.configs, self.mixed])
        make()
        for name in BESIDE:
            if generator.random() < 0.06:
                self.add(name)
        if not self.files:
            self.add("a" + self.endings[0])

    def name(self):
        """WORD with something before or behind it, or without."""
        random, choice = self.generator.random, self.generator.choice
        word = choice(WORDS[:1] + WORDS[6:7] + WORDS) if random() < 0.85 else choice(NEAR_WORDS)
        before = choice(OTHERS) + choice(SEPARATORS) if random() < 0.25 else ""
        behind = choice(SEPARATORS) + choice([*OTHERS, "0001", "2", *WORDS[:2]]) if random() < 0.35 else ""
        return before + word + behind

    def ending(self):
        return self.generator.choice(self.endings if self.generator.random() < 0.97 else ODD_ENDINGS)

    def folder(self, depth):
        parts = [self.name() if self.generator.random() < 0.2 else self.generator.choice(FOLDERS) for _ in range(depth)]
        return "".join(part + "/" for part in parts)

    def words(self):
        folder = self.folder(self.generator.choice([0, 0, 0, 1, 1, 2]))
        for _ in range(self.generator.randrange(1, 6)):
            self.add((folder if self.generator.random() < 0.8 else "") + self.name() + self.ending())

    def words_in_folders(self):
        for _ in range(self.generator.randrange(1, 4)):
            place = self.folder(self.generator.choice([0, 0, 1])) + self.name() + "/"
            place += self.folder(self.generator.choice([0, 0, 0, 1]))
            for _ in range(self.generator.randrange(1, 4)):
                stem = self.name() if self.generator.random() < 0.2 else self.generator.choice(OTHERS)
                self.add(place + stem + str(self.generator.randrange(20)) + self.ending())

    def sharded(self):
        folder = self.generator.choice(["", "data/", "data/", "en/", self.folder(1)])
        form = self.generator.choice(["{}-{:05}-of-{:05}{}", "{}-{:05}-of-{:05}{}", "c4-{}.{:05}-of-{:05}{}", "{}_{}{}{}",
                                      "{}-{:05}-of-{:05}-0a1b{}", "c4-{}-{:05}-of-{:05}{}"])
        for split in self.generator.sample([*WORDS, "random", "20231101.en"], self.generator.randrange(1, 4)):
            count = self.generator.randrange(1, 4)
            for i in range(count - (self.generator.random() < 0.1)):
                self.add(folder + form.format(split, i, count, self.endings[0]))

    def configs(self):
        for config in self.generator.sample(["20231101.en", "en", "fr", "de"], self.generator.randrange(1, 3)):
            for split in self.generator.sample(WORDS, 2):
                name = self.generator.choice([split, f"{split}-00000-of-00001", "a"])
                self.add(f"{config}/{name}{self.endings[0]}")

    def mixed(self):
        for _ in range(self.generator.randrange(1, 7)):
            stem = self.generator.choice([self.name(), *OTHERS])
            self.add(self.folder(self.generator.randrange(3)) + stem + self.ending())

    def add(self, name):
        path = self.root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            return
        if path.exists():
            return
        pick = self.generator.random()
        texts = [f"{name} row {i}" for i in range(self.generator.choice([1, 2, 3, 9]))]
        if 0.9 < pick < 0.95:
            texts = []
        write(path, texts, is_empty=pick >= 0.95 and not name.lower().endswith("parquet"))
        self.files[name] = texts

    def card(self):
        """README.md with configs; returns their names."""
        choice, random = self.generator.choice, self.generator.random
        names = self.generator.sample(["default", "en", "all_of_it", "20231101.en"], self.generator.choice([1, 1, 2, 3]))
        lines = ["license: cc0-1.0", "configs:"]
        for name in names:
            lines.append(f"- config_name: {choice([name, json.dumps(name)])}")
            if random() < 0.15 and "default" not in names:
                lines.append(f"  default: {choice(['true', 'yes', 'false', 'True'])}")
            if random() < 0.2:
                lines.append(f"  data_dir: {json.dumps(self.some_folder())}")
                if random() < 0.7:
                    continue
            lines += self.data_files()
        break_ = choice(["\n", "\n", "\r\n"])
        front = choice(["", "", "\ufeff", "\n\n", " \n", "\ufeff\n"])
        behind = choice(["", "  ", "\t"])
        text = front + "---" + break_ + break_.join(lines) + break_ + "---" + behind + break_ + "# Data" + break_
        if random() < 0.05:
            text = "# Data" + break_ + text
        (self.root / "README.md").write_bytes(text.encode())
        return names

    def some_folder(self):
        return self.generator.choice([str(parent) for name in self.files for parent in [name.rpartition("/")[0]]])

    def pattern(self):
        name = self.generator.choice(list(self.files))
        folder, _, base = name.rpartition("/")
        ending = "." + base.partition(".")[2] if "." in base else ""
        inside = folder + "/" if folder else ""
        return self.generator.choice([
            name, f"{inside}*{ending}", f"{inside}*", f"{inside}**", f"**/*{ending}", "**", f"**/{base}", f"./{inside}*",
            f"{inside}{base[:3]}*", f"{inside}{base[:1]}?{base[2:]}", f"{inside}[a-z]*", f"*/{base}", f"{inside}[!t]*",
            f"{inside}{base[:2]}*{ending}"])

    def data_files(self):
        choice, random = self.generator.choice, self.generator.random
        pick = random()
        if pick < 0.15:
            return [f"  data_files: {json.dumps(self.pattern())}"]
        if pick < 0.25:
            return ["  data_files:", *(f"  - {json.dumps(self.pattern())}" for _ in range(2))]
        lines = ["  data_files:"]
        for split in self.generator.sample(["train", "test", "validation", "extra", "20231101.en"], choice([1, 2, 2, 3])):
            lines.append(f"  - split: {split}")
            if random() < 0.75:
                lines.append(f"    path: {json.dumps(self.pattern())}")
            else:
                lines += ["    path:", *(f"    - {json.dumps(self.pattern())}" for _ in range(2))]
        return lines


def write(path, texts, is_empty):
    """Rows of the kind that the name says; no bytes at all where `is_empty`."""
    name = path.name.lower()
    if name == "dataset_infos.json":
        path.write_text("{}")
    elif is_empty:
        path.write_bytes(b"")
    elif ".parquet" in name:
        pq.write_table(pa.table({"text": pa.array(texts, pa.string())}), path)
    else:
        lines = [json.dumps({"text": text}) if "json" in name else text for text in texts]
        content = "".join(line + "\n" for line in lines).encode()
        pack = gzip.compress if name.endswith(".gz") else bz2.compress if name.endswith(".bz2") else bytes
        path.write_bytes(pack(content))
