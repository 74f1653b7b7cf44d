"""Runs one encoder in one process: `time` a peer and print seconds as JSON, or compute the `reference` in float64.

The model folder must be as encoder_models.convert writes it. Tokens are int32 ids, [sequences, 512]. A timed pass ends
when the last layer's output, [batch, S, E], is in memory. `--streams 2` encodes two batches at once, each on its share
of the threads. Every stream is warmed up first.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import resource
import threading
import time

import numpy as np
from encoder_models import LENGTH, ONNX_NAME, load_torch  # beside this file


def require(holds, peer, *found):
    """A peer says itself what it computes in; what it computes is held against float64 by who calls."""
    if not holds:
        raise SystemExit(f"{peer}: another precision than was asked for: {', '.join(map(str, found))}")


class Torch:
    def __init__(self, model_dir, setup, hooks=False, autocast=False):
        import torch

        torch.set_num_threads(setup.threads_each)
        torch.set_float32_matmul_precision("highest")
        self.torch, self.threads, self.autocast = torch, setup.threads_each, autocast
        self.model = load_torch(model_dir, torch.float32)
        if hooks:
            hook_activations(self.model)

    def precision(self):
        weights = {str(weight.dtype) for weight in self.model.parameters()}
        matmul = self.torch.get_float32_matmul_precision()
        require(weights == {"torch.float32"} and matmul == "highest", "PyTorch", weights, matmul)
        return {"weights": sorted(weights), "matmul": matmul, "autocast": "bfloat16" if self.autocast else None}

    def run(self, ids):
        torch = self.torch
        torch.set_num_threads(self.threads)  # the calling thread's
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self.autocast):
            return self.model(torch.from_numpy(ids).long()).last_hidden_state.float().numpy()


def hook_activations(model):
    """The notebook's Z and n of every layer, as in notebook_recipe.py, for batches; each thread keeps its own."""
    import torch

    num_heads = model.config.num_attention_heads
    head_size = model.config.hidden_size // num_heads
    threads = threading.local()

    def kept():
        return threads.__dict__

    def heads(tensor):
        return tensor.view(tensor.shape[0], -1, num_heads, head_size).transpose(1, 2)

    def implant(layer_idx, layer):
        def keep_query(module, inputs, output):
            kept()["query"] = heads(output)

        def average_scores(module, inputs, output):
            products = kept().pop("query") @ heads(output).transpose(-2, -1)
            kept()["Z", layer_idx] = torch.mean(products / head_size**0.5, dim=1)

        def keep_log_norm(module, inputs, output):
            kept()["n", layer_idx] = output.norm(dim=-1).log()

        layer.attention.self.query.register_forward_hook(keep_query)
        layer.attention.self.key.register_forward_hook(average_scores)
        layer.attention.output.dense.register_forward_hook(keep_log_norm)

    for layer_idx, layer in enumerate(model.encoder.layer):
        implant(layer_idx, layer)


class OnnxRuntime:
    def __init__(self, model_dir, setup):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = setup.threads_each
        self.session = onnxruntime.InferenceSession(model_dir / ONNX_NAME, options,
                                                    providers=["CPUExecutionProvider"])

    def precision(self):
        output = self.session.get_outputs()[0].type
        require(output == "tensor(float)", "ONNX Runtime", output)
        return {"output": output}

    def run(self, ids):
        return self.session.run(None, {"input_ids": ids.astype(np.int64)})[0]


class OpenVino:
    def __init__(self, model_dir, setup, precision):
        import openvino

        core = openvino.Core()
        model = core.read_model(model_dir / ONNX_NAME)
        model.reshape([setup.batch, LENGTH])
        self.asked = precision
        self.model = core.compile_model(model, "CPU", {
            "INFERENCE_NUM_THREADS": setup.threads, "NUM_STREAMS": setup.streams,
            "INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"})
        self.requests = threading.local()

    def precision(self):
        hint = self.model.get_property("INFERENCE_PRECISION_HINT").get_type_name()  # unasked, bf16 where there is AMX
        nodes = collections.Counter(node.get_rt_info()["runtimePrecision"].astype(str)
                                    for node in self.model.get_runtime_model().get_ops())
        lower = {"bf16", "f16"} & nodes.keys()
        require(hint == self.asked and lower == ({"f32": set(), "bf16": {"bf16"}}[hint]), "OpenVINO", hint, nodes)
        return {"hint": hint, "nodes": nodes}

    def run(self, ids):
        if not hasattr(self.requests, "mine"):
            self.requests.mine = self.model.create_infer_request()
        return self.requests.mine.infer([ids.astype(np.int64)])[0]


class CTranslate2:
    def __init__(self, model_dir, setup, compute_type):
        import ctranslate2

        self.asked = compute_type
        self.encoder = ctranslate2.Encoder(str(model_dir / "ctranslate2"), device="cpu", compute_type=compute_type,
                                           inter_threads=setup.streams, intra_threads=setup.threads_each)

    def precision(self):
        require(self.encoder.compute_type == self.asked, "CTranslate2", self.encoder.compute_type)
        return {"compute_type": self.encoder.compute_type}

    def run(self, ids):
        return np.asarray(self.encoder.forward_batch(ids.tolist()).last_hidden_state)  # waits for it


PEERS = {
    "PyTorch, hooks": lambda model, setup: Torch(model, setup, hooks=True),
    "PyTorch": Torch,
    "ONNX Runtime": OnnxRuntime,
    "OpenVINO": lambda model, setup: OpenVino(model, setup, "f32"),
    "CTranslate2": lambda model, setup: CTranslate2(model, setup, "float32"),
    "PyTorch, bfloat16": lambda model, setup: Torch(model, setup, autocast=True),
    "OpenVINO, bfloat16": lambda model, setup: OpenVino(model, setup, "bf16"),
}


def read_ids(tokens, num_sequences):
    return np.fromfile(tokens, dtype=np.int32).reshape(-1, LENGTH)[:num_sequences]


def time_peer(setup):
    setup.threads_each = setup.threads // setup.streams
    ids = read_ids(setup.tokens, setup.sequences)
    batches = [ids[start : start + setup.batch] for start in range(0, len(ids), setup.batch)]
    started = time.perf_counter()
    peer = PEERS[setup.peer](setup.model, setup)
    load_seconds = time.perf_counter() - started
    # The first call runs alone. OpenVINO's bindings (2026.4) initialise themselves in it, and two first calls at once
    # can deadlock: one holds Python's lock, the other the lock of the initialisation.
    peer.run(batches[0])
    met = threading.Barrier(setup.streams)

    def warm_up(_):
        met.wait()  # so that every thread of the pool takes one
        return np.array(peer.run(batches[0])[0], dtype=np.float32)

    with concurrent.futures.ThreadPoolExecutor(setup.streams) as pool:
        spread = pool.map if setup.streams > 1 else map
        output = list(spread(warm_up, range(setup.streams)))[0]
        seconds = []
        for _ in range(setup.passes):
            started = time.perf_counter()
            for _ in spread(peer.run, batches):
                pass  # results are dropped at once: the next ones find memory that is warm
            seconds.append(time.perf_counter() - started)
    output.tofile(setup.output)
    print(json.dumps({"load_seconds": load_seconds, "pass_seconds": seconds, "sequences": len(ids),
                      "precision": peer.precision(),
                      "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


def write_reference(setup):
    """The first sequence's last layer's output, computed in float64 from the float32 weights: float64, [512, E]."""
    import torch

    torch.set_num_threads(setup.threads)
    model = load_torch(setup.model, torch.float64)
    with torch.inference_mode():
        output = model(torch.from_numpy(read_ids(setup.tokens, 1)).long()).last_hidden_state
    output[0].numpy().tofile(setup.output)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(required=True)
    timed = commands.add_parser("time")
    timed.add_argument("peer", choices=PEERS)
    timed.add_argument("--batch", type=int, default=1)
    timed.add_argument("--streams", type=int, default=1)
    timed.add_argument("--sequences", type=int, required=True)
    timed.add_argument("--passes", type=int, required=True)
    timed.set_defaults(command=time_peer)
    reference = commands.add_parser("reference")
    reference.set_defaults(command=write_reference)
    for command in (timed, reference):
        command.add_argument("--model", type=pathlib.Path, required=True)
        command.add_argument("--tokens", type=pathlib.Path, required=True)
        command.add_argument("--threads", type=int, required=True)
        command.add_argument("--output", type=pathlib.Path, required=True,
                             help="of the first sequence: float32 (reference: float64), [512, E]")
    return parser.parse_args()


if __name__ == "__main__":
    os.environ["HF_HUB_OFFLINE"] = "1"
    setup = arguments()
    setup.command(setup)
