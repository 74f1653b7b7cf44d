"""One encoder, one process: `encoder_peers.py PEER MODEL TOKENS BATCH SEQUENCES PASSES THREADS` prints seconds as JSON.

MODEL is a folder as encoder_peers.convert leaves it: the model, and beside it model.onnx and ctranslate2/.
TOKENS: int32 ids, [sequences, 512]. A batch is warmed up first; what is timed ends with the last layer's output.
"""

import json
import os
import pathlib
import resource
import sys
import time

import numpy as np

LENGTH = 512


def load_torch(model_dir, dtype=None):
    import torch
    from transformers import BertModel

    model = BertModel.from_pretrained(model_dir, dtype=dtype or torch.float32, add_pooling_layer=False)
    return model.eval()


def convert(model_dir):
    """Writes model.onnx and ctranslate2/ into the folder where they are missing."""
    import torch

    if not (model_dir / "model.onnx").exists():
        batch = torch.export.Dim("batch", min=1, max=64)
        ids = torch.randint(1000, 2000, (2, LENGTH))
        program = torch.onnx.export(load_torch(model_dir), (ids,), input_names=["input_ids"],
                                    output_names=["last_hidden_state"], dynamo=True,
                                    dynamic_shapes={"input_ids": {0: batch}})
        program.save(model_dir / "part.onnx", external_data=False)
        (model_dir / "part.onnx").rename(model_dir / "model.onnx")
    if not (model_dir / "ctranslate2").exists():
        from ctranslate2.converters import TransformersConverter

        TransformersConverter(str(model_dir)).convert(str(model_dir / "part.ct2"), quantization="float32")
        (model_dir / "part.ct2").rename(model_dir / "ctranslate2")


def torch_runner(model_dir, threads, hooks, autocast=False):
    import torch

    torch.set_num_threads(threads)
    model = load_torch(model_dir)
    if hooks:
        hook_activations(model)

    def run(ids):
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            model(torch.from_numpy(ids).long())

    return run


def hook_activations(model):
    """The notebook's Z and n of every layer, as in notebook_recipe.py, for batches."""
    import torch

    num_heads = model.config.num_attention_heads
    head_size = model.config.hidden_size // num_heads
    kept = {}

    def heads(tensor):
        return tensor.view(tensor.shape[0], -1, num_heads, head_size).transpose(1, 2)

    def implant(layer_idx, layer):
        def keep_query(module, inputs, output):
            kept["query"] = heads(output)

        def average_scores(module, inputs, output):
            products = kept.pop("query") @ heads(output).transpose(-2, -1)
            kept["Z", layer_idx] = torch.mean(products / head_size**0.5, dim=1)

        def keep_log_norm(module, inputs, output):
            kept["n", layer_idx] = output.norm(dim=-1).log()

        layer.attention.self.query.register_forward_hook(keep_query)
        layer.attention.self.key.register_forward_hook(average_scores)
        layer.attention.output.dense.register_forward_hook(keep_log_norm)

    for layer_idx, layer in enumerate(model.encoder.layer):
        implant(layer_idx, layer)


def onnxruntime_runner(model_dir, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model_dir / "model.onnx", options, providers=["CPUExecutionProvider"])
    return lambda ids: session.run(None, {"input_ids": ids.astype(np.int64)})


def openvino_runner(model_dir, threads, batch, precision):
    import openvino

    core = openvino.Core()
    model = core.read_model(model_dir / "model.onnx")
    model.reshape([batch, LENGTH])
    compiled = core.compile_model(model, "CPU", {
        "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"})
    request = compiled.create_infer_request()
    return lambda ids: request.infer([ids.astype(np.int64)])


def ctranslate2_runner(model_dir, threads, compute_type):
    import ctranslate2

    encoder = ctranslate2.Encoder(str(model_dir / "ctranslate2"), device="cpu", compute_type=compute_type,
                                  inter_threads=1, intra_threads=threads)

    def run(ids):
        output = encoder.forward_batch(ids.tolist())
        np.array(output.last_hidden_state)[0, 0, 0]  # waits for it

    return run


PEERS = {
    "PyTorch, hooks": lambda model, threads, batch: torch_runner(model, threads, hooks=True),
    "PyTorch": lambda model, threads, batch: torch_runner(model, threads, hooks=False),
    "ONNX Runtime": lambda model, threads, batch: onnxruntime_runner(model, threads),
    "OpenVINO": lambda model, threads, batch: openvino_runner(model, threads, batch, "f32"),
    "CTranslate2": lambda model, threads, batch: ctranslate2_runner(model, threads, "float32"),
    "PyTorch, bfloat16": lambda model, threads, batch: torch_runner(model, threads, hooks=False, autocast=True),
    "OpenVINO, bfloat16": lambda model, threads, batch: openvino_runner(model, threads, batch, "bf16"),
}


def main():
    peer, model_dir, tokens = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    if peer == "convert":
        convert(model_dir)
        return
    batch, num_sequences, num_passes, threads = map(int, sys.argv[4:])
    ids = np.fromfile(tokens, dtype=np.int32).reshape(-1, LENGTH)[:num_sequences]
    batches = [ids[start : start + batch] for start in range(0, num_sequences, batch)]
    started = time.perf_counter()
    run = PEERS[peer](model_dir, threads, batch)
    load_seconds = time.perf_counter() - started
    run(batches[0])
    seconds = []
    for _ in range(num_passes):
        started = time.perf_counter()
        for one in batches:
            run(one)
        seconds.append(time.perf_counter() - started)
    print(json.dumps({"load_seconds": load_seconds, "pass_seconds": seconds, "sequences": num_sequences,
                      "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


if __name__ == "__main__":
    os.environ["HF_HUB_OFFLINE"] = "1"
    main()
