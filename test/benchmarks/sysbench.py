"""The verdicts that SysBench released, as JSON on stdout. Needs openpyxl.

usage: sysbench.py <clone of github.com/PKU-Baichuan-MLSystemLab/SysBench>
"""
import json
import pathlib
import sys

import openpyxl

for path in sorted(pathlib.Path(sys.argv[1]).glob("output/*/*_analysis.xlsx")):
    book = openpyxl.load_workbook(path, read_only=True)
    rows = book["详情"].iter_rows(values_only=True)
    place = {name: index for index, name in enumerate(next(rows))}
    turns = []
    for row in rows:
        verdicts = [line.split(". ", 1)[1].rsplit(" | ", 1) for line in str(row[place["评判结果"]]).split("\n")]
        turns.append({"isDependent": row[place["multi_rounds_related"]], "isAligned": row[place["alignment"]] == "align", "verdicts": verdicts})
    types = list(book["不同约束类型遵循"].iter_rows(values_only=True))
    pooled = {name: types[2][index] / types[1][index] for index, name in enumerate(types[0]) if name in ("total", "动作约束", "内容约束", "背景约束", "角色约束", "格式约束", "风格约束")}
    print(json.dumps({"model": path.parent.name, "turns": turns, "pooled": pooled}, ensure_ascii=False))
