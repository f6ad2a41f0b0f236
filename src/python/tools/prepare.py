"""Renders a training's rows with the model's chat template and says what would be trained on.

Settings are in the JSON file that the first argument names. Events go to file descriptor 3. Writes
the rows as tokens, and the tokenizer that they were made with.
"""

import hashlib
import json
import os
import sys
import platform
from importlib.metadata import PackageNotFoundError, version

# Python is started so that it looks for modules in no folder of its own accord.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
from sysgen_events import fail, first_line, say, settings

given = settings()
PACKAGES = ["torch", "transformers", "trl", "peft", "accelerate", "datasets", "tokenizers", "safetensors", "numpy"]


def versions():
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            fail("module", f"the package {name} is missing")
    return found


say("versions", versions=versions())

try:
    import torch
    from hub_model import fetched
    from jinja2.exceptions import TemplateError
    from transformers import AutoConfig, AutoTokenizer, GenerationConfig
except ImportError as error:
    fail("module", first_line(error))

from chat_texts import default_system, fold_system, loses_tools, render, system_role, without_refusals
from generation_flags import drop_refused
from trained_spans import Untrainable, encode, ended, trained_spans
from weight_files import parameter_counts


def device():
    if torch.cuda.is_available():
        facts = torch.cuda.get_device_properties(0)
        return {
            "kind": "gpu",
            "name": facts.name,
            "memoryBytes": facts.total_memory,
            "bfloat16": torch.cuda.is_bf16_supported(),
        }
    if torch.backends.mps.is_available():
        return {"kind": "gpu", "name": "Apple GPU", "memoryBytes": None, "bfloat16": False}
    return {"kind": "cpu", "name": "cpu", "memoryBytes": None, "bfloat16": False}


def opened(folder):
    try:
        return AutoConfig.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    except Exception as error:  # Anything may be wrong with a folder that a user names.
        fail("model", first_line(error))


folder = given["model"] if os.path.isdir(given["model"]) else fetched(given["model"], given.get("revision"))
parameters = parameter_counts(folder)
config, tokenizer = opened(folder)
if given.get("chatTemplate"):
    try:
        with open(given["chatTemplate"], encoding="utf-8") as file:
            tokenizer.chat_template = file.read()
    except (OSError, UnicodeDecodeError) as error:
        fail("file", f"Cannot read --chat-template: {first_line(error)}")
if not tokenizer.chat_template:
    fail("template", "the model has no chat template")
if not tokenizer.is_fast:
    fail("model", "the model has no fast tokenizer (tokenizer.json)")
tokenizer.chat_template = tokenizer.get_chat_template()

own_role = system_role(tokenizer)
role = given["systemRole"]
if role == "template":
    tokenizer.chat_template = without_refusals(tokenizer.chat_template)
takes = system_role(tokenizer)
if role == "auto":
    role = "system" if takes in ("takes", "folds") else "first-user"
elif role != "first-user" and takes not in ("takes", "folds"):
    fail("system-role", takes, role=role)

context = getattr(config, "max_position_embeddings", None)
limit = min(given["maxLength"], context or given["maxLength"])
dropped = []
stops = {tokenizer.eos_token_id}
try:
    with open(os.path.join(folder, "generation_config.json"), encoding="utf-8") as file:
        eos = json.load(file).get("eos_token_id")
    stops.update(eos if isinstance(eos, list) else [eos])
    dropped = drop_refused(GenerationConfig.from_pretrained(folder))
except (OSError, ValueError, TypeError, AttributeError):
    pass
stop_texts = [tokenizer.decode([stop]) for stop in stops if stop is not None]


def pieces(ids, labels):
    """The text of token ids, cut where trained tokens begin and end."""
    found, start = [], 0
    for at in range(1, len(ids) + 1):
        if at == len(ids) or (labels[at] == -100) != (labels[start] == -100):
            found.append({"text": tokenizer.decode(ids[start:at]), "trained": labels[start] != -100})
            start = at
    return found


def systems_of(row):
    return [message["content"].strip() for message in row["messages"] if message["role"] == "system"]


report = {"cut": [], "empty": [], "tokens": 0, "trainedTokens": 0, "longest": 0, "unended": 0, "endAdded": 0, "otherPrompt": 0, "toolsLost": [], "rows": 0, "trainEmpty": 0, "trainCut": 0}
previews = []
with open(given["rows"], encoding="utf-8") as rows, open(given["tokens"], "w", encoding="utf-8") as written:
    for line in rows:
        row = json.loads(line)
        messages, trained, tools = row["messages"], row["trained"], row.get("tools")
        if role == "first-user":
            folded = fold_system(messages)
            trained = [at - (len(messages) - len(folded)) for at in trained]
            messages = folded
        try:
            text = render(tokenizer, messages, tools)
            if any(system not in text for system in systems_of(row)):
                fail("system-role", "drops", role=role, row=row["id"])
            spans = trained_spans(tokenizer, text, messages, trained, tools, stop_texts)
            if loses_tools(tokenizer, text, messages, tools):
                report["toolsLost"].append(row["id"])
        except (Untrainable, TemplateError, TypeError, ValueError, KeyError) as error:
            fail("template", first_line(error), row=row["id"])
        text, is_open = ended(text, spans, stop_texts)
        ids, labels = encode(tokenizer, text, spans)
        if is_open and tokenizer.eos_token_id is not None:
            ids.append(tokenizer.eos_token_id)
            labels.append(tokenizer.eos_token_id)
            report["endAdded"] += 1
        kept, wanted = ids[:limit], labels[:limit]
        count = sum(1 for label in wanted if label != -100)
        report["rows"] += 1
        report["otherPrompt"] += not all(is_prompted for *_, is_prompted in spans)
        report["longest"] = max(report["longest"], len(ids))
        if len(ids) > limit:
            report["cut"].append(row["id"])
            report["trainCut"] += row["part"] == "train"
        elif not stops.intersection(labels):
            report["unended"] += 1
        if count == 0:
            report["empty"].append(row["id"])
            report["trainEmpty"] += row["part"] == "train"
            continue
        if row["part"] == "train":
            report["tokens"] += len(kept)
            report["trainedTokens"] += count
            if len(previews) < 2:
                previews.append({"id": row["id"], "pieces": pieces(kept, wanted), "tokens": len(kept), "trained": count})
        written.write(json.dumps({"id": row["id"], "part": row["part"], "input_ids": kept, "labels": wanted}) + "\n")
        if report["rows"] % 500 == 0:
            say("rendered", rows=report["rows"])

tokenizer.save_pretrained(given["tokenizer"])
say(
    "prepared",
    folder=folder,
    device=device(),
    parameters=parameters,
    architecture=config.model_type,
    context=context,
    maxLength=limit,
    template=hashlib.sha256(tokenizer.chat_template.encode()).hexdigest(),
    templateSystem=own_role,
    systemRole=role,
    injects=default_system(tokenizer),
    droppedGeneration=dropped,
    previews=previews,
    report=report,
)
