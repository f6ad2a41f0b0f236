"""System messages for supervised fine-tuning data.

This package calls the program `sysgen`, which needs Node. `run` takes rows through it::

    import sysgen

    rows = [{"question": "What is a tram?", "answer": "A train that runs in the street."}]
    run = sysgen.run(rows, model="Qwen/Qwen2.5-14B-Instruct", base_url="http://gpu1:8000/v1")
    for row in run:
        print(row["messages"])
    run.export(for_="trl", to="out/trl")
"""

from ._errors import SysGenError
from ._process import cli
from ._run import JsonLines, Run, run

__all__ = ["JsonLines", "Run", "SysGenError", "cli", "run"]
