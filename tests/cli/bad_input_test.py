"""Bad input of every kind: a clear message, the right exit code, and nothing half-written."""

import json
import os
import shutil
import struct
import subprocess
import unittest

from tests.cli.program import DEMO_MODEL, SMALL_CONFIG, ZIPFLENS, ProgramTest, run, write_parquet

import numpy as np
import pyarrow as pa
import safetensors.numpy


class BadCorpus(ProgramTest):
    def refuse(self, corpus, *fragments, code=1, sequences=4):
        self.assert_fails(self.study_arguments(corpus=corpus, sequences=sequences), code, *fragments)

    def test_missing_file_and_folder(self):
        self.refuse(self.root / "no.parquet", self.root / "no.parquet")
        self.refuse(self.root / "no-folder/", "no-folder")

    def test_folder_without_a_corpus(self):
        (self.root / "empty").mkdir(exist_ok=True)
        self.refuse(self.root / "empty", self.root / "empty")

    def test_unknown_ending(self):
        (self.root / "corpus.doc").write_text("text")
        self.refuse(self.root / "corpus.doc", "corpus.doc", ".parquet")

    def test_empty_file(self):
        for name in ("empty.parquet", "empty.jsonl", "empty.txt"):
            (self.root / name).write_bytes(b"")
            self.refuse(self.root / name, name, "empty")

    def test_unreadable_file(self):
        # Root reads everything, so root runs the command as nobody, where nobody gets at the program.
        path = self.root / "secret.parquet"
        shutil.copy(self.corpus, path)
        path.chmod(0)
        self.root.chmod(0o755)
        arguments = [ZIPFLENS, "info", str(path)]
        as_nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        try:
            found = subprocess.run(arguments, capture_output=True, text=True, **as_nobody)
        except PermissionError:
            self.skipTest("the program lies in a folder that only root may enter")
        if "error while loading shared libraries" in found.stderr:
            self.skipTest("the libraries lie in a folder that only root may enter")
        self.assertEqual(found.returncode, 1, found.stderr)
        self.assertIn("secret.parquet", found.stderr)
        self.assertIn("Permission denied", found.stderr)

    def test_not_parquet_and_truncated_parquet(self):
        (self.root / "fake.parquet").write_text("this is no Parquet file " * 10)
        self.refuse(self.root / "fake.parquet", "fake.parquet", "Parquet")
        whole = self.corpus.read_bytes()
        (self.root / "cut.parquet").write_bytes(whole[: len(whole) // 2])
        self.refuse(self.root / "cut.parquet", "cut.parquet", "Parquet")

    def test_no_text_column_lists_those_there_are(self):
        path = write_parquet(self.root / "columns.parquet", body=["a"], heading=["b"])
        self.refuse(path, "columns.parquet", "text", "body", "heading")

    def test_text_column_of_another_type(self):
        path = write_parquet(self.root / "numbers.parquet", text=[1, 2, 3])
        self.refuse(path, "numbers.parquet", "text", "int64")

    def test_null_text_names_its_row(self):
        path = write_parquet(self.root / "null.parquet", text=["a " * 40, None, "b"])
        self.refuse(path, "null.parquet", "row 1", "null")

    def test_text_that_is_not_utf8_names_row_and_byte(self):
        raw = pa.array([b"fine", b"bad \xff byte"], type=pa.binary())
        text = pa.Array.from_buffers(pa.string(), 2, raw.buffers())
        path = write_parquet(self.root / "latin.parquet", text=text)
        self.refuse(path, "latin.parquet", "row 1", "byte 4", "UTF-8")

    def test_line_that_is_not_json(self):
        path = self.root / "bad.jsonl"
        path.write_text('{"text": "fine"}\n{"text": oops}\n')
        self.refuse(path, "bad.jsonl", "line 2")

    def test_mixed_formats(self):
        folder = self.root / "mixed"
        folder.mkdir(exist_ok=True)
        shutil.copy(self.corpus, folder / "a.parquet")
        (folder / "b.jsonl").write_text('{"text": "x"}\n')
        self.refuse(folder, "mixed")

    def test_corpus_too_small_for_the_batch(self):
        self.refuse(self.corpus, "12 of 12 documents with 32 tokens or more", "--allow-fewer", sequences=13)

    def test_corpus_without_tokens(self):
        path = write_parquet(self.root / "blank.parquet", text=["", " "])
        self.refuse(path, "blank.parquet", "no tokens in 2 documents")


class BadModel(ProgramTest):
    def broken_model(self, name):
        path = self.root / name
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.model, path)
        return path

    def refuse(self, model, *fragments, code=1):
        self.assert_fails(self.study_arguments(model=model), code, *fragments)

    def with_config(self, name, **changes):
        model = self.broken_model(name)
        config = {**SMALL_CONFIG, **changes}
        (model / "config.json").write_text(json.dumps({k: v for k, v in config.items() if v is not None}))
        return model

    def with_tensors(self, name, change):
        model = self.broken_model(name)
        tensors = safetensors.numpy.load_file(model / "model.safetensors")
        change(tensors)
        safetensors.numpy.save_file(tensors, model / "model.safetensors")
        return model

    def with_header(self, name, change):
        """Rewrites the JSON header by hand; safetensors' own writer would refuse to."""
        model = self.broken_model(name)
        path = model / "model.safetensors"
        data = path.read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8 : 8 + length])
        change(header)
        text = json.dumps(header).encode()
        path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])
        return model

    def test_missing_folder_and_file_for_a_folder(self):
        self.refuse(self.root / "no-model", "no-model")
        self.refuse(self.corpus, "corpus.parquet")

    def test_config_missing_malformed_or_incomplete(self):
        model = self.broken_model("no-config")
        (model / "config.json").unlink()
        self.refuse(model, "config.json")
        (model / "config.json").write_text('{"hidden_size": ')
        self.refuse(model, "config.json")
        self.refuse(self.with_config("no-field", num_attention_heads=None), "config.json",
                    "num_attention_heads")

    def test_config_with_senseless_numbers(self):
        self.refuse(self.with_config("heads", num_attention_heads=3), "config.json", "num_attention_heads")
        self.refuse(self.with_config("zero", num_hidden_layers=0), "config.json", "num_hidden_layers")
        self.refuse(self.with_config("negative", hidden_size=-8), "config.json", "hidden_size")

    def test_other_architectures_are_refused_by_name(self):
        self.refuse(self.with_config("roberta", model_type="roberta"), "config.json", "roberta", "bert")
        self.refuse(self.with_config("relative", position_embedding_type="relative_key"),
                    "position_embedding_type", "relative_key", "absolute")
        self.refuse(self.with_config("cross", add_cross_attention=True), "add_cross_attention")
        self.refuse(self.with_config("act", hidden_act="silu"), "hidden_act", "silu")

    def test_weights_missing_truncated_or_lying(self):
        model = self.broken_model("no-weights")
        (model / "model.safetensors").unlink()
        self.refuse(model, "model.safetensors")
        whole = (self.model / "model.safetensors").read_bytes()
        (model / "model.safetensors").write_bytes(whole[:-100])
        self.refuse(model, "model.safetensors")
        (model / "model.safetensors").write_bytes(whole[:5])
        self.refuse(model, "model.safetensors")
        (model / "model.safetensors").write_bytes(struct.pack("<Q", 1 << 40) + whole[8:])
        self.refuse(model, "model.safetensors", "header")

    def test_tensor_missing_misshapen_or_not_a_number(self):
        name = "encoder.layer.1.attention.self.key.bias"

        def full_name(tensors):
            return next(key for key in tensors if key.endswith(name))

        def drop(tensors):
            del tensors[full_name(tensors)]

        def reshape(tensors):
            tensors[full_name(tensors)] = np.zeros(9, np.float32)

        def poison(tensors):
            tensors[full_name(tensors)][3] = np.nan

        def retype(tensors):
            tensors[full_name(tensors)] = np.zeros(8, np.int32)

        self.refuse(self.with_tensors("drop", drop), "model.safetensors", name)
        self.refuse(self.with_tensors("reshape", reshape), "model.safetensors", name, "9", "8")
        self.refuse(self.with_tensors("poison", poison), "model.safetensors", name, "nan")
        self.refuse(self.with_tensors("retype", retype), "model.safetensors", name, "I32")

    def test_offsets_overlapping_or_outside_the_file(self):
        def overlap(header):
            first, second = (k for k in header if k != "__metadata__" and k.endswith("query.bias"))
            header[second]["data_offsets"] = header[first]["data_offsets"]

        def outside(header):
            key = next(k for k in header if k.endswith("query.bias"))
            header[key]["data_offsets"] = [1 << 40, (1 << 40) + 32]

        def backwards(header):
            key = next(k for k in header if k.endswith("query.bias"))
            header[key]["data_offsets"] = header[key]["data_offsets"][::-1]

        self.refuse(self.with_header("overlap", overlap), "model.safetensors", "query.bias")
        self.refuse(self.with_header("outside", outside), "model.safetensors", "query.bias")
        self.refuse(self.with_header("backwards", backwards), "model.safetensors", "query.bias")

    def test_vocabulary_missing_or_without_unk(self):
        model = self.broken_model("no-vocabulary")
        (model / "tokenizer.json").unlink()
        self.refuse(model, "no-vocabulary", "vocab.txt")
        (model / "vocab.txt").write_text((DEMO_MODEL / "vocab.txt").read_text().replace("[UNK]\n", "[other]\n"))
        self.refuse(model, "vocab.txt", "[UNK]")


class BadUsage(ProgramTest):
    def test_numbers_that_make_no_sense(self):
        for option in ("--sequences", "--bins", "--target-tokens"):
            self.assert_fails([*self.study_arguments(), option, "0"], 2, option)
            self.assert_fails([*self.study_arguments(), option, "-3"], 2, option)
            self.assert_fails([*self.study_arguments(), option, "many"], 2, option)
        self.assert_fails([*self.study_arguments(), "--sequence-length", "-1"], 2, "--sequence-length")
        self.assert_fails([*self.study_arguments(), "--sequence-length", "1"], 2, "--sequence-length")
        self.assert_fails([*self.study_arguments(), "--threads", "-1"], 2, "--threads")

    def test_sequence_longer_than_the_model_takes(self):
        self.assert_fails([*self.study_arguments(), "--sequence-length", 33], 1, "max_position_embeddings",
                          "32", "33")

    def test_layers_that_are_not_there(self):
        self.assert_fails([*self.study_arguments(), "--layers", "0,2"], 2, "layer 2", "0 to 1")
        self.assert_fails([*self.study_arguments(), "--layers", "one"], 2, "--layers")
        self.assert_fails([*self.study_arguments(), "--scatter-layer", "7"], 2, "--scatter-layer")

    def test_unknown_option_command_and_value(self):
        self.assert_fails([*self.study_arguments(), "--sequence"], 2)
        self.assert_fails(["studdy"], 2)
        self.assert_fails(["studdy", "--help"], 2, "studdy")
        self.assert_fails([], 2)
        self.assert_fails([*self.study_arguments(), "--smoothing", "magic"], 2, "--smoothing")
        self.assert_fails([*self.study_arguments(), "--precision", "float8"], 2, "--precision")

    def test_unknown_shape_lists_those_known(self):
        self.assert_fails(["model", "random", "--like", "bert-huge", "--out", self.root / "huge"], 2,
                          "bert-huge", "bert-large-uncased")

    def test_count_file_of_unknown_ending(self):
        self.assert_fails(["count", "--model", self.model, "--corpus", self.corpus,
                           "--out", self.root / "counts.xls"], 2, "counts.xls", ".parquet")

    def test_tokenize_text_that_is_not_utf8(self):
        path = self.root / "latin.txt"
        path.write_bytes(b"fine\nbad \xe9\n")
        self.assert_fails(["tokenize", "--model", self.model, path], 1, "latin.txt", "line 2, byte 4", "0xE9")
        self.assert_fails(["tokenize", "--model", self.model, self.root / "none.txt"], 1, "none.txt")


class BadOutput(ProgramTest):
    def test_existing_output_is_kept_unless_forced(self):
        out = self.root / "taken"
        out.mkdir()
        (out / "thesis.tex").write_text("years of work")
        self.assert_fails(self.study_arguments(out=out), 1, "taken", "--force")
        self.assertEqual((out / "thesis.tex").read_text(), "years of work")
        counts = self.root / "counts.csv"
        counts.write_text("mine")
        self.assert_fails(["count", "--model", self.model, "--corpus", self.corpus, "--out", counts], 1,
                          "counts.csv", "--force")
        self.assertEqual(counts.read_text(), "mine")
        done = run(*self.study_arguments(out=out), "--force")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((out / "study.json").exists())
        self.assertFalse((out / "thesis.tex").exists())

    def test_failed_run_keeps_what_force_would_have_replaced(self):
        out = self.root / "old"
        out.mkdir()
        (out / "study.json").write_text("{}")
        self.assert_fails([*self.study_arguments(out=out, sequences=500), "--force"], 1)
        self.assertEqual((out / "study.json").read_text(), "{}")

    def test_place_that_cannot_be_written(self):
        self.assert_fails(self.study_arguments(out="/proc/zipflens/study"), 1, "/proc/zipflens")
        (self.root / "file").write_text("")
        self.assert_fails(self.study_arguments(out=self.root / "file/study"), 1, self.root / "file")

    def test_not_a_study(self):
        self.assert_fails(["figures", self.root], 1, "study.json")
        self.assert_fails(["figures", self.root / "nowhere"], 1, "nowhere")
        broken = self.root / "broken"
        broken.mkdir()
        (broken / "study.json").write_text('{"study": {"format": 99}}')
        self.assert_fails(["figures", broken], 1, "study.json", "format", "99")

    def test_full_disk_leaves_no_half_study(self):
        # A limit on file size stands for a full disk: every write past it fails the same way.
        def limit():
            import resource
            import signal
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

        before = sorted(self.root.rglob("*"))
        arguments = [ZIPFLENS, *map(str, self.study_arguments(out=self.root / "full"))]
        found = subprocess.run(arguments, capture_output=True, text=True, preexec_fn=limit)
        self.assertEqual(found.returncode, 1, found.stderr)
        self.assertIn("cannot be written", found.stderr)
        self.assertIn("token_counts.parquet", found.stderr)
        self.assertEqual(before, sorted(self.root.rglob("*")))

    def test_a_machine_without_fonts_is_named_and_costs_no_table(self):
        fonts = self.root / "no-fonts.conf"
        fonts.write_text("<fontconfig></fontconfig>")
        env = {"FONTCONFIG_FILE": str(fonts)}
        out = self.root / "without-fonts"
        found = run(*self.study_arguments(out=out), env=env)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("fonts-liberation", found.stderr)
        self.assertTrue((out / "correlations.parquet").exists())
        self.assertIn("fonts-liberation", (out / "report.html").read_text())
        self.assert_fails(["figures", out], 1, "no figure was drawn", "fonts-liberation", env=env)


if __name__ == "__main__":
    unittest.main()
