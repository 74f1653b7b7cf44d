"""The forms of a model that encoder_peers.py loads: `encoder_models.py MODEL` writes encoder.onnx and ctranslate2/.

Peers deserve a good graph. BertModel exported as it is contains a mask that is true everywhere, guards against rows
that such a mask could empty, and a gather of token types that the exporter cannot fold ("cannot reshape array of size
1"). With these, ONNX Runtime took twice as long and OpenVINO a quarter longer. Therefore only embeddings and layers are
exported, without a mask, and with attention as one operation (opset 23).
"""

import os
import pathlib
import sys

LENGTH = 512
OPSET = 23
ONNX_NAME = "encoder.onnx"


def load_torch(model_dir, dtype):
    from transformers import BertModel

    return BertModel.from_pretrained(model_dir, dtype=dtype, add_pooling_layer=False).eval()


def write_onnx(model_dir):
    import torch

    class Encoder(torch.nn.Module):
        """Ids [batch, 512], all attended to, of type 0, at positions 0 to 511."""

        def __init__(self, bert):
            super().__init__()
            self.bert = bert

        def forward(self, input_ids):
            embedded = self.bert.embeddings(input_ids=input_ids, token_type_ids=torch.zeros_like(input_ids),
                                            position_ids=torch.arange(LENGTH)[None])
            return self.bert.encoder(embedded, attention_mask=None).last_hidden_state

    ids = torch.randint(1000, 2000, (2, LENGTH))
    program = torch.onnx.export(
        Encoder(load_torch(model_dir, torch.float32)).eval(), (ids,), input_names=["input_ids"],
        output_names=["last_hidden_state"], dynamo=True, opset_version=OPSET, verbose=False,
        dynamic_shapes={"input_ids": {0: torch.export.Dim("batch", min=1, max=64)}})
    program.save(model_dir / "part.onnx", external_data=False)
    (model_dir / "part.onnx").rename(model_dir / ONNX_NAME)


def write_ctranslate2(model_dir):
    from ctranslate2.converters import TransformersConverter

    TransformersConverter(str(model_dir)).convert(str(model_dir / "part.ct2"), quantization="float32")
    (model_dir / "part.ct2").rename(model_dir / "ctranslate2")


def convert(model_dir):
    """Writes what is missing."""
    if not (model_dir / ONNX_NAME).exists():
        write_onnx(model_dir)
    if not (model_dir / "ctranslate2").exists():
        write_ctranslate2(model_dir)


if __name__ == "__main__":
    os.environ["HF_HUB_OFFLINE"] = "1"
    convert(pathlib.Path(sys.argv[1]))
