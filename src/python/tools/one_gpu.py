"""Hides all GPUs but the first. Import this before PyTorch.

With several of them transformers would divide each batch over all, and so multiply the batch.
"""

import os


def use_first_gpu():
    for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"):
        if name in os.environ:
            os.environ[name] = os.environ[name].split(",")[0]
    if "HIP_VISIBLE_DEVICES" not in os.environ:
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", "0")
