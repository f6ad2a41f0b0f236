"""What a chat template makes of system messages, of its own and of others."""

import re

from jinja2.exceptions import TemplateError

MARK = "\u00a7\u00a7"
USER = {"role": "user", "content": "Q\u00b6"}
ANSWER = {"role": "assistant", "content": "A\u00b6"}
OTHER_USER = {"role": "user", "content": "R\u00b6"}
# Some templates write the system message only while the last message is the user's.
SHAPES = ([USER], [USER, ANSWER], [USER, ANSWER, OTHER_USER], [USER, ANSWER, OTHER_USER, ANSWER])


def without_refusals(template):
    """The template with its own errors taken out, so that it writes a turn of any role."""
    return re.sub(r"raise_exception\((?:[^()'\"]|'[^']*'|\"[^\"]*\")*\)", "''", template)


def system_role(tokenizer):
    """How the template treats a system message: `takes`, `folds`, `drops` or `refuses`.

    `drops` is also said of a template that writes it nowhere before the first response, once there
    are responses.
    """
    own = {"role": "system", "content": MARK}
    try:
        texts = [render(tokenizer, [own, *turns]) for turns in SHAPES]
    except TemplateError:
        return "refuses"
    if not all(MARK in text.partition(ANSWER["content"])[0] for text in texts):
        return "drops"
    text, alone = texts[0], render(tokenizer, [USER])
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


def loses_tools(tokenizer, text, messages, tools):
    """Whether tools of a conversation, calls to them or results are not in its text."""
    if tools and render(tokenizer, messages) == text:
        return True
    for at, message in enumerate(messages):
        if message["role"] == "tool":
            other = {**message, "content": MARK}
        elif message.get("tool_calls"):
            other = {**message, "tool_calls": [renamed(call) for call in message["tool_calls"]]}
        else:
            continue
        if render(tokenizer, [*messages[:at], other, *messages[at + 1 :]], tools) == text:
            return True
    return False


def renamed(call):
    return {**call, "function": {**call["function"], "name": MARK}} if "function" in call else {**call, "name": MARK}


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


def common(a, b):
    """Length of the longest common beginning."""
    length = min(len(a), len(b))
    if a[:length] == b[:length]:
        return length
    return next(at for at in range(length) if a[at] != b[at])
