"""Model folders that cannot be right: each is refused by a message that names file, place, found and expected."""

import json
import struct
import tempfile
import unittest

import numpy as np
from safetensors.numpy import save_file

from tests.model.model_files import TINY, ModelFolder, random_tensors, raw_safetensors, run_capture

WORD = "embeddings.word_embeddings.weight"
VALUE = "encoder.layer.1.attention.self.value.weight"


def entry(begin, end, dtype="F32", shape=None):
    return {"dtype": dtype, "shape": [(end - begin) // 4] if shape is None else shape, "data_offsets": [begin, end]}


class BadModelTest(unittest.TestCase):
    def refused(self, model_dir, *fragments, ids=range(5), environment=None):
        """The model is refused with a message that holds all fragments."""
        with tempfile.TemporaryDirectory() as out:
            run = run_capture(model_dir, ids, out, environment=environment)
        self.assertEqual(run.returncode, 1, run.stderr)
        for fragment in map(str, fragments):
            self.assertIn(fragment, run.stderr)

    def config_refused(self, *fragments, remove=None, **changes):
        config = TINY | changes
        config.pop(remove, None)
        with ModelFolder(config, random_tensors(TINY)) as folder:
            self.refused(folder.path, folder.path / "config.json", *fragments)

    def weights_refused(self, content, *fragments):
        with ModelFolder(TINY) as folder:
            folder.weights.write_bytes(content)
            self.refused(folder.path, folder.weights, *fragments)

    def tensors_refused(self, change, *fragments):
        tensors = random_tensors(TINY)
        change(tensors)
        with ModelFolder(TINY, tensors) as folder:
            self.refused(folder.path, folder.weights, *fragments)

    def test_folder(self):
        self.refused("/nonexistent/model", "/nonexistent/model/config.json", "No such file or directory")
        with ModelFolder(TINY) as folder:
            self.refused(folder.path / "config.json", "Not a directory")
            self.refused(folder.path, folder.path, "found no weights", "expected model.safetensors or")
            (folder.path / "pytorch_model.bin").write_bytes(b"x")
            self.refused(folder.path, "found pytorch_model.bin only")
            folder.weights.mkdir()
            self.refused(folder.path, folder.weights, "found a folder")

    def test_config(self):
        for text in ("", "{", '{"a": }', "[1]", '"bert"'):
            with ModelFolder(text, random_tensors(TINY)) as folder:
                self.refused(folder.path, "config.json", "expected a")
        for field in ("vocab_size", "num_hidden_layers", "num_attention_heads", "hidden_size", "intermediate_size"):
            self.config_refused(f"field {field}: found nothing; expected a positive whole number", remove=field)
            for value in (0, -3, 2.5, "12", True, [1], 2**31):
                self.config_refused(f"field {field}: found {json.dumps(value)}", **{field: value})
        self.config_refused("field max_position_embeddings: found nothing", remove="max_position_embeddings")
        self.config_refused("field num_attention_heads: found 3; expected a divisor of hidden_size 16",
                            num_attention_heads=3)
        self.config_refused("field layer_norm_eps: found 0", layer_norm_eps=0)
        self.config_refused('field layer_norm_eps: found "x"', layer_norm_eps="x")

    def test_config_of_what_is_not_supported(self):
        self.config_refused('field model_type: found "roberta"; expected one of "bert", "distilbert", "electra"', model_type="roberta")
        self.config_refused("field architectures", '"GPT2Model"', remove="model_type", architectures=["GPT2Model"])
        self.config_refused('field position_embedding_type: found "relative_key"; expected "absolute"',
                            position_embedding_type="relative_key")
        self.config_refused("field add_cross_attention: found true; expected false", add_cross_attention=True)
        self.config_refused("field is_decoder: found true; expected false", is_decoder=True)
        self.config_refused('field hidden_act: found "silu"; expected one of "gelu", "gelu_new"', hidden_act="silu")

    def test_header(self):
        self.weights_refused(b"", "found 0 bytes; expected a safetensors file")
        self.weights_refused(b"1234567", "found 7 bytes")
        self.weights_refused(raw_safetensors({}, header_length=500), "header: found a length of 500 bytes", "truncated")
        self.weights_refused(raw_safetensors({}, header_length=2**63), "header: found a length of", "not a safetensors")
        self.weights_refused(raw_safetensors({}, header=b'{"a": '), "header, byte 6: found malformed JSON")
        self.weights_refused(raw_safetensors({}, header=b'{"\xff": 1}'), "header, byte", "malformed JSON")
        self.weights_refused(raw_safetensors([]), "header: found JSON of type array")
        self.weights_refused(raw_safetensors({}), "tensor " + WORD, "found no such tensor", "[61, 16]")
        for bad in (1, {}, {"dtype": 1, "shape": [], "data_offsets": [0, 4]}, entry(0, 4) | {"data_offsets": [0]},
                    entry(0, 4) | {"shape": [-1]}, entry(0, 4) | {"shape": "4"}):
            self.weights_refused(raw_safetensors({"a": bad}, bytes(4)), "tensor a", "dtype, shape and two data_offsets")

    def test_offsets(self):
        self.weights_refused(raw_safetensors({"a": entry(0, 16)}, bytes(12)), "tensor a", "0 to 16", "12 bytes")
        self.weights_refused(raw_safetensors({"a": entry(8, 4, shape=[1])}, bytes(8)), "tensor a", "data offsets 8 to 4")
        self.weights_refused(raw_safetensors({"a": entry(0, 8), "b": entry(4, 12)}, bytes(12)),
                             "tensor b: found data that overlap the tensor before")
        self.weights_refused(raw_safetensors({"a": entry(0, 4), "b": entry(8, 12)}, bytes(12)),
                             "tensor b: found data that leave a gap")
        self.weights_refused(raw_safetensors({"a": entry(0, 4)}, bytes(8)), "bytes; expected the")
        self.weights_refused(raw_safetensors({"a": entry(0, 8, shape=[3])}, bytes(8)), "8 bytes", "F32 [3]")
        huge = [2**32, 2**32]
        self.weights_refused(raw_safetensors({"a": entry(0, 8, shape=huge)}, bytes(8)), "8 bytes", "F32 [4294967296, ")

    def test_truncated_file(self):
        with ModelFolder(TINY, random_tensors(TINY)) as folder:
            content = folder.weights.read_bytes()
            header_end = 8 + struct.unpack("<Q", content[:8])[0]
            for size in (header_end // 2, header_end, (header_end + len(content)) // 2, len(content) - 1):
                folder.weights.write_bytes(content[:size])
                self.refused(folder.path, folder.weights, "truncated")

    def test_tensors(self):
        self.tensors_refused(lambda t: t.pop(VALUE), f"tensor {VALUE}: found no such tensor; expected one of shape [16")
        self.tensors_refused(lambda t: t.update({VALUE: t[VALUE][:15]}),
                             f"tensor {VALUE}: found shape [15, 16]; expected [16, 16], as config.json says")
        self.tensors_refused(lambda t: t.update({VALUE: t[VALUE].reshape(-1)}), "found shape [256]")
        self.tensors_refused(lambda t: t.update({VALUE: t[VALUE].astype(np.float64)}), f"{VALUE}: found type F64")
        self.tensors_refused(lambda t: t.update({VALUE: t[VALUE].astype(np.int32)}), "found type I32; expected F32")
        for number, name in ((np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf")):
            self.tensors_refused(lambda t, n=number: t[VALUE].__setitem__((2, 3), n),
                                 f"tensor {VALUE}: found {name} at element 35; expected finite numbers")
        self.tensors_refused(lambda t: t.update({VALUE: t[VALUE].astype(np.float16) * np.float16(np.inf)}), VALUE, "inf")

    def test_shards(self):
        index = "model.safetensors.index.json"
        with ModelFolder(TINY) as folder:
            for text in ("", "{}", "[]", '{"weight_map": 3}'):
                (folder.path / index).write_text(text)
                self.refused(folder.path, index)
            for name in ("../x.safetensors", "/x.safetensors", "", "..", 7):
                (folder.path / index).write_text(json.dumps({"weight_map": {"a": name}}))
                self.refused(folder.path, index, "tensor a", json.dumps(name), "the same folder")
            (folder.path / index).write_text(json.dumps({"weight_map": {"a": "one.safetensors"}}))
            self.refused(folder.path, folder.path / "one.safetensors", "No such file")
            save_file({"b": np.zeros(1, np.float32)}, folder.path / "one.safetensors")
            self.refused(folder.path, "one.safetensors: tensor a: found no such tensor")

    def test_sequences(self):
        with ModelFolder(TINY, random_tensors(TINY)) as folder:
            self.refused(folder.path, "found 25 tokens; expected 1 to 24 (max_position_embeddings)", ids=range(25))
            self.refused(folder.path, "found 0 tokens", ids=[])
            self.refused(folder.path, "token 1: found id 61; expected 0 to 60 (vocab_size)", ids=[5, 61])
            self.refused(folder.path, "token 0: found id -1", ids=[-1])

    def test_instruction_set(self):
        with ModelFolder(TINY, random_tensors(TINY)) as folder:
            environment = {"ZIPFLENS_ISA": "mmx"}
            self.refused(folder.path, 'ZIPFLENS_ISA: unknown instruction set "mmx"; known here: baseline',
                         environment=environment)


if __name__ == "__main__":
    unittest.main()
