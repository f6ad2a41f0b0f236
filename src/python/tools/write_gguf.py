"""Writes the weights of a folder of Hugging Face as a GGUF file in F16 or Q8_0.

Metadata and tokenizer are those of a GGUF file of the model that was trained. The first block's
weights must resemble those of that file, which shows that the file is of this model and that each
weight is laid out as the engine wants it.
"""

import json
import os
import sys

# Python is started so that it looks for modules in no folder of its own accord.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
from sysgen_events import fail, first_line, say, settings

given = settings()
try:
    import numpy as np
    import torch
    from gguf import GGML_QUANT_VERSION, MODEL_ARCH_NAMES, GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter, LlamaFileType, get_tensor_name_map
    from gguf.quants import QuantError, dequantize, quantize
    from safetensors import safe_open
except ImportError as error:
    fail("module", first_line(error))

KNOWN = ["llama", "qwen2", "qwen3", "gemma", "gemma2", "gemma3", "phi3"]
LEAST_LIKENESS = 0.9
MATRICES, FILE_TYPE = {
    "f16": (GGMLQuantizationType.F16, LlamaFileType.MOSTLY_F16),
    "q8_0": (GGMLQuantizationType.Q8_0, LlamaFileType.MOSTLY_Q8_0),
}[given["type"]]

with open(os.path.join(given["folder"], "config.json"), encoding="utf-8") as file:
    config = json.load(file)
base = GGUFReader(given["base"])
arch = base.fields["general.architecture"].contents()
if arch not in KNOWN:
    fail("gguf", f"models of the architecture {arch} cannot be written yet; known are {', '.join(KNOWN)}.")
names = get_tensor_name_map(next(key for key, name in MODEL_ARCH_NAMES.items() if name == arch), config["num_hidden_layers"])


def permuted(weights, heads):
    """Rows in the order in which the engine rotates them, for llama's queries and keys."""
    shape = weights.shape
    return weights.reshape(heads, 2, shape[0] // heads // 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


def laid_out(key, weights):
    if arch == "llama" and ".q_proj." in key:
        return permuted(weights, config["num_attention_heads"])
    if arch == "llama" and ".k_proj." in key:
        return permuted(weights, config.get("num_key_value_heads", config["num_attention_heads"]))
    if arch.startswith("gemma") and key.endswith("norm.weight"):
        return weights + 1
    return weights


def packed(weights):
    """A weight as it is stored. Vectors stay in 32 bits, and rows that do not divide into blocks in 16."""
    if weights.ndim == 1:
        return weights, GGMLQuantizationType.F32
    try:
        return quantize(weights, MATRICES), MATRICES
    except QuantError:
        return quantize(weights, GGMLQuantizationType.F16), GGMLQuantizationType.F16


def trained_weights():
    """The trained weights by their names in GGUF."""
    places = {}
    for file in sorted(os.listdir(given["folder"])):
        if not file.endswith(".safetensors"):
            continue
        path = os.path.join(given["folder"], file)
        with safe_open(path, "pt") as weights:
            for key in weights.keys():
                name = names.get_name(key, try_suffixes=(".weight", ".bias"))
                if name is None:
                    fail("gguf", f"the weight {key} has no place in a GGUF of the architecture {arch}.")
                places[name] = (path, key)
    return places


def read(place):
    path, key = place
    with safe_open(path, "pt") as weights:
        return laid_out(key, weights.get_tensor(key).to(torch.float32).numpy())


def likeness(a, b):
    a, b = a.ravel().astype(np.float64), b.ravel().astype(np.float64)
    return float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-30))


places = trained_weights()
lacking = [t.name for t in base.tensors if t.name not in places and t.name not in ("output.weight", "rope_freqs.weight")]
extra = sorted(set(places) - {tensor.name for tensor in base.tensors})
if lacking or extra:
    fail("gguf", f"{given['base']} is of another model: it has {lacking[:3]} and lacks {extra[:3]}.")

writer = GGUFWriter(given["result"], arch, use_temp_file=True)
for name, field in base.fields.items():
    if name.startswith("GGUF.") or name in ("general.architecture", "general.file_type", "general.quantization_version"):
        continue
    kind, value = field.types[0], field.contents()
    if name == "tokenizer.chat_template":
        continue
    writer.add_key_value(name, value, kind, sub_type=field.types[-1] if kind == GGUFValueType.ARRAY else None)
with open(os.path.join(given["folder"], "chat_template.jinja"), encoding="utf-8") as file:
    writer.add_chat_template(file.read())
writer.add_file_type(FILE_TYPE)
writer.add_quantization_version(GGML_QUANT_VERSION)

count = 0
for tensor in base.tensors:
    name = tensor.name
    place = places.get(name) or (places.get("token_embd.weight") if name == "output.weight" else None)
    if place is None:
        writer.add_tensor(name, tensor.data, raw_dtype=tensor.tensor_type)
        continue
    weights = read(place)
    shape = tuple(int(length) for length in reversed(tensor.shape))
    if weights.shape != shape:
        fail("gguf", f"{given['base']} is of another model: {name} has the shape {shape} there and {weights.shape} here.")
    if name.startswith("blk.0.") and weights.ndim == 2:
        found = likeness(weights, dequantize(tensor.data, tensor.tensor_type).reshape(shape))
        if found < LEAST_LIKENESS:
            fail("gguf", f"{given['base']} is of another model: {name} resembles the trained weights by {found:.2f} of 1.")
    data, kind = packed(np.ascontiguousarray(weights))
    writer.add_tensor(name, data, raw_dtype=kind)
    count += 1
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
say("gguf", tensors=count, bytes=os.path.getsize(given["result"]))
