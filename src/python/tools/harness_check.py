"""Tells what lm-evaluation-harness of this environment can do, as a JSON line on descriptor 3.

usage: harness_check.py <JSON>

The JSON has the fields ``tasks`` (names that lm-eval should know), ``modules`` (that tasks import),
``data`` (of NLTK), and ``loads`` (whether a model is loaded here). Without ``tasks`` only versions
are told, which takes a tenth of a second. Importing lm-eval and PyTorch takes several.
"""

import importlib.util
import json
import os
import platform
import sys
from importlib import metadata

PACKAGES = ("lm-eval", "transformers", "torch", "datasets")


def versions():
    told = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            told[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            pass
    return told


def has_data(name):
    try:
        import nltk

        nltk.data.find(f"tokenizers/{name}")
        return True
    except (ImportError, LookupError):
        return False


def device():
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def main():
    asked = json.loads(sys.argv[1])
    told = {"versions": versions()}
    if asked["tasks"] and "lm-eval" in told["versions"]:
        told["missing"] = [name for name in asked["modules"] if importlib.util.find_spec(name) is None]
        told["missing"] += [name for name in asked["data"] if not has_data(name)]
        try:
            if asked["loads"]:
                told["device"] = device()
            from lm_eval.tasks import TaskManager

            known = set(TaskManager().all_tasks)
            told["unknown"] = [name for name in asked["tasks"] if name not in known]
        except Exception as error:
            told["problem"] = f"{type(error).__name__}: {error}"
    os.write(3, (json.dumps(told) + "\n").encode())


if __name__ == "__main__":
    main()
