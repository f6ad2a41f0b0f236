"""The weights of a model's folder, by the headers of its safetensors files."""

import json
import math
import os

from sysgen_events import fail, first_line

INDEX = "model.safetensors.index.json"
ONE = "model.safetensors"


def weight_files(folder):
    """Names of the files that transformers loads. Others, such as consolidated ones, are copies."""
    path = os.path.join(folder, INDEX)
    if os.path.exists(os.path.join(folder, ONE)):
        return [ONE]
    if not os.path.exists(path):
        fail("model", f"{folder} holds neither {ONE} nor {INDEX}")
    try:
        with open(path, encoding="utf-8") as file:
            names = sorted(set(json.load(file)["weight_map"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        fail("model", f"{path} cannot be read: {first_line(error)}")
    missing = [name for name in names if not os.path.exists(os.path.join(folder, name))]
    if missing:
        fail("model", f"{folder} lacks {missing[0]}, which {INDEX} names")
    return names


def parameter_counts(folder):
    """Weights by type of number."""
    counts = {}
    for name in weight_files(folder):
        for tensor in header(os.path.join(folder, name)).values():
            counts[tensor["dtype"]] = counts.get(tensor["dtype"], 0) + math.prod(tensor["shape"])
    return counts


def header(path):
    """What a safetensors file says of its tensors (https://github.com/huggingface/safetensors)."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        start = file.read(8)
        if start == b"version ":
            fail("model", f"{path} is a pointer of Git LFS in the place of weights. Run git lfs pull there")
        length = int.from_bytes(start, "little")
        if len(start) < 8 or length > size - 8:
            fail("model", f"{path} is no safetensors file, or is cut off")
        try:
            tensors = json.loads(file.read(length))
            tensors.pop("__metadata__", None)
            end = 8 + length + max((tensor["data_offsets"][1] for tensor in tensors.values()), default=0)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            fail("model", f"{path} is no safetensors file ({first_line(error)})")
    if size < end:
        fail("model", f"{path} is cut off: it has {size:,} bytes of {end:,}")
    return tensors
