"""What a chat template makes of conversations: system roles, default messages, trained tokens."""

import re

from jinja2.exceptions import TemplateError

MARK = "\u00a7\u00a7"
USER = {"role": "user", "content": "Q\u00b6"}


def without_refusals(template):
    """The template with its own errors taken out, so that it writes a turn of any role."""
    return re.sub(r"raise_exception\((?:[^()'\"]|'[^']*'|\"[^\"]*\")*\)", "''", template)


def system_role(tokenizer):
    """How the template treats a system message: `takes`, `folds`, `drops` or `refuses`."""
    try:
        text = render(tokenizer, [{"role": "system", "content": MARK}, USER])
    except TemplateError:
        return "refuses"
    if MARK not in text:
        return "drops"
    alone = render(tokenizer, [USER])
    before = text[: text.index(USER["content"])].replace(MARK, "").strip()
    return "folds" if before == alone[: alone.index(USER["content"])].strip() else "takes"


def default_system(tokenizer):
    """The system message that the template adds to a conversation without one, or None."""
    try:
        own = render(tokenizer, [{"role": "system", "content": MARK}, USER])
        alone = render(tokenizer, [USER])
    except TemplateError:
        return None
    start = common(own, alone)
    end = common(own[start:][::-1], alone[start:][::-1])
    added = alone[start : len(alone) - end].strip()
    return added or None


def fold_system(messages):
    """The system message and a blank line before the text of the first user message."""
    if messages[0]["role"] != "system":
        return messages
    system, rest = messages[0]["content"], list(messages[1:])
    for at, message in enumerate(rest):
        if message["role"] == "user":
            rest[at] = {**message, "content": f"{system}\n\n{message['content']}"}
            return rest
    return [{"role": "user", "content": system}, *rest]


def render(tokenizer, messages, tools=None, prompt=False):
    return tokenizer.apply_chat_template(messages, tools=tools, tokenize=False, add_generation_prompt=prompt)


def trained_spans(tokenizer, text, messages, trained, tools):
    """Character ranges of the turns to train, with what the template ends each turn with."""
    spans = []
    for at in trained:
        start = common(text, render(tokenizer, messages[:at], tools, prompt=True))
        end = common(text, render(tokenizer, messages[: at + 1], tools))
        if end > start:
            spans.append((start, end))
    return spans


def encode(tokenizer, text, spans):
    """The text's token ids, and those of trained tokens with -100 for all others."""
    found = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    ids, labels, span = found["input_ids"], [], 0
    for token, (_, end) in zip(ids, found["offset_mapping"]):
        while span < len(spans) and end > spans[span][1]:
            span += 1
        is_trained = span < len(spans) and spans[span][0] < end <= spans[span][1]
        labels.append(token if is_trained else -100)
    return ids, labels


def common(a, b):
    """Length of the longest common beginning."""
    length = min(len(a), len(b))
    if a[:length] == b[:length]:
        return length
    return next(at for at in range(length) if a[at] != b[at])
