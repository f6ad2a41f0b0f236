"""Serves a Hugging Face folder by the OpenAI protocol, and ends with the process that started it.

usage: serve.py <folder> <port>

vLLM serves it where it is installed and there is a GPU, else `transformers serve`. Which it is and
its version is told as a JSON line on file descriptor 3, before the server takes this process over.
"""

import importlib.util
import json
import os
import sys
from importlib import metadata


def has_gpu():
    import torch

    return torch.cuda.is_available()


def command(folder, port):
    address = ["--host", "127.0.0.1", "--port", port]
    if importlib.util.find_spec("vllm") is not None and has_gpu():
        return "vllm", ["vllm.entrypoints.openai.api_server", "--model", folder, *address]
    return "transformers", ["transformers.cli.transformers", "serve", folder, *address]


def main():
    server, arguments = command(*sys.argv[1:])
    told = {"server": server, "versions": {server: metadata.version(server)}}
    os.write(3, (json.dumps(told) + "\n").encode())
    with_parent = os.path.join(os.path.dirname(os.path.abspath(__file__)), "with_parent.py")
    os.execv(sys.executable, [sys.executable, with_parent, *arguments])


if __name__ == "__main__":
    main()
