"""Makes the smallest models sherpa-onnx takes, a streaming CTC and a transducer: low tones are 低, high ones 高.

No learnt weights: the loudest mel bin of each half is compared with a threshold. Needs `pip install onnx`; run it to
make the files again: python tests/speech/tones/make.py
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

T, CHUNK, STEP, MELS = 45, 32, 4, 80  # feature frames of 10 ms; one output for each 40 ms
BLANK = -2.0  # the score of silence, against the log-mel energy of a band
VOCABULARY = ("<blk>", "低", "高")
ZIPFORMER = {
    "model_type": "zipformer2",
    "encoder_dims": "4",
    "query_head_dims": "4",
    "value_head_dims": "4",
    "num_heads": "1",
    "num_encoder_layers": "1",
    "cnn_module_kernels": "3",
    "left_context_len": "4",
    "T": str(T),
    "decode_chunk_len": str(CHUNK),
}
# As sherpa-onnx makes them from the metadata: key, attention, two values, two convolutions, embedding, length.
STATES: dict[str, list[int | str]] = {
    "cached_key_0": [4, "N", 4],
    "cached_nonlin_attn_0": [1, "N", 4, 3],
    "cached_val1_0": [4, "N", 4],
    "cached_val2_0": [4, "N", 4],
    "cached_conv1_0": ["N", 4, 1],
    "cached_conv2_0": ["N", 4, 1],
    "embed_states": ["N", 128, 3, 19],
    "processed_lens": ["N"],
}


def constant(name: str, value: object, kind: type = np.int64) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(value, dtype=kind), name)


def tensor(name: str, shape: list[int | str], kind: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def model(nodes: Any, inputs: Any, outputs: Any, weights: Any, meta: dict[str, str]) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, "tones", inputs, outputs, weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(made, meta)
    onnx.checker.check_model(made)
    return made


def zipformer(output: str, last: str) -> onnx.ModelProto:
    """Scores of blank, low and high for each 40 ms; `last` turns them into what the decoder wants."""
    nodes = [
        helper.make_node("Slice", ["x", "t0", "t1", "axis1", "step"], ["frames"]),
        helper.make_node("Slice", ["frames", "low0", "low1", "axis2"], ["low_mels"]),
        helper.make_node("Slice", ["frames", "high0", "high1", "axis2"], ["high_mels"]),
        helper.make_node("ReduceMax", ["low_mels"], ["low"], axes=[2], keepdims=1),
        helper.make_node("ReduceMax", ["high_mels"], ["high"], axes=[2], keepdims=1),
        helper.make_node("Mul", ["low", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "blank_score"], ["blank"]),
        helper.make_node("Concat", ["blank", "low", "high"], ["scores"], axis=2),
        helper.make_node(last, ["scores"], [output], **({"axis": 2} if last == "LogSoftmax" else {})),
    ]
    weights = [
        constant("t0", [0]), constant("t1", [CHUNK]), constant("axis1", [1]), constant("step", [STEP]),
        constant("low0", [0]), constant("low1", [40]), constant("high0", [40]), constant("high1", [MELS]),
        constant("axis2", [2]), constant("zero", [0.0], np.float32), constant("blank_score", [BLANK], np.float32),
    ]  # fmt: skip
    inputs, outputs = [tensor("x", ["N", T, MELS])], [tensor(output, ["N", CHUNK // STEP, 3])]
    for name, shape in STATES.items():
        kind = TensorProto.INT64 if name == "processed_lens" else TensorProto.FLOAT
        inputs.append(tensor(name, shape, kind))
        outputs.append(tensor(f"new_{name}", shape, kind))
        nodes.append(helper.make_node("Identity", [name], [f"new_{name}"]))
    return model(nodes, inputs, outputs, weights, ZIPFORMER)


def decoder() -> onnx.ModelProto:
    """Forbids the token that was said last, so that a long tone is one token."""
    nodes = [
        helper.make_node("Gather", ["y", "newest"], ["last"], axis=1),
        helper.make_node("Gather", ["forbidden", "last"], ["decoder_out"], axis=0),
    ]
    weights = [
        constant("newest", 1),
        constant("forbidden", [[0, 0, 0], [0, -99, 0], [0, 0, -99]], np.float32),
    ]
    meta = {"context_size": "2", "vocab_size": "3"}
    y, out = tensor("y", ["N", 2], TensorProto.INT64), tensor("decoder_out", ["N", 3])
    return model(nodes, [y], [out], weights, meta)


def joiner() -> onnx.ModelProto:
    nodes = [helper.make_node("Add", ["encoder_out", "decoder_out"], ["logit"])]
    inputs = [tensor("encoder_out", ["N", 3]), tensor("decoder_out", ["N", 3])]
    return model(nodes, inputs, [tensor("logit", ["N", 3])], [], {"joiner_dim": "3"})


def save(folder: Path, **parts: onnx.ModelProto) -> None:
    folder.mkdir(exist_ok=True)
    for name, made in parts.items():
        onnx.save(made, folder / f"{name}.onnx")
    lines = [f"{token} {number}\n" for number, token in enumerate(VOCABULARY)]
    (folder / "tokens.txt").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    here = Path(__file__).parent
    save(here / "ctc", model=zipformer("log_probs", "LogSoftmax"))
    save(
        here / "transducer", encoder=zipformer("encoder_out", "Identity"), decoder=decoder(), joiner=joiner()
    )
