"""Verdicts of lm-evaluation-harness on the answers of check.mjs: one JSON line for each line of stdin.

langdetect is run with three seeds. A verdict that depends on the seed is null.
"""

import json
import logging
import sys

from langdetect import DetectorFactory
from lm_eval.tasks.ifeval import utils

logging.disable(logging.CRITICAL)
SEEDS = range(3)


def verdicts(row, response):
    example = utils.InputExample(
        key=row["key"],
        instruction_id_list=row["instruction_id_list"],
        prompt=row["prompt"],
        kwargs=row["kwargs"],
    )
    strict = utils.test_instruction_following_strict(example, response)
    loose = utils.test_instruction_following_loose(example, response)
    return [strict.follow_instruction_list, loose.follow_instruction_list]


def same(values):
    return values[0] if len(set(values)) == 1 else None


for line in sys.stdin:
    asked = json.loads(line)
    runs = []
    for seed in SEEDS:
        DetectorFactory.seed = seed
        runs.append(verdicts(asked["row"], asked["response"]))
    strict, loose = ([same(each) for each in zip(*(run[form] for run in runs))] for form in (0, 1))
    print(json.dumps({"strict": strict, "loose": loose}), flush=True)
