"""Says whether this Python has what training and the harness need.

Tells one event on file descriptor 3. With the argument `fetch`, fetches the sentence splitter of
NLTK that the harness needs for IFEval, if it is not there.
"""

import importlib
import json
import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version

MODULES = ["torch", "transformers", "trl", "peft", "accelerate", "datasets", "lm_eval", "gguf", "safetensors", "langdetect"]


def imported():
    versions, failures = {}, {}
    for module in MODULES:
        name = module.replace("_", "-")
        try:
            importlib.import_module(module)
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "unknown"
        except Exception as error:  # A broken library may raise anything when it is imported.
            failures[name] = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return versions, failures


def gpu():
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    if torch.cuda.is_available():
        facts = torch.cuda.get_device_properties(0)
        return f"{facts.name}, {facts.total_memory / 1e9:.0f} GB, CUDA {torch.version.cuda}"
    return "Apple GPU" if torch.backends.mps.is_available() else None


def has_punkt(fetch):
    try:
        import nltk
    except ImportError:
        return False
    for is_last in (not fetch, True):
        try:
            nltk.data.find("tokenizers/punkt_tab/english")
            return True
        except LookupError:
            if is_last:
                return False
        nltk.download("punkt_tab", download_dir=os.path.join(sys.prefix, "nltk_data"), quiet=True)
    return False


versions, failures = imported()
facts = {
    "python": platform.python_version(),
    "versions": versions,
    "failures": failures,
    "gpu": gpu(),
    "punkt": has_punkt("fetch" in sys.argv[1:]),
    "prefix": sys.prefix,
    "freeBytes": shutil.disk_usage(sys.prefix).free,
}
os.write(3, (json.dumps(facts) + "\n").encode())
