"""Renders conversations with chat templates and prints which tokens of them would be trained.

Usage: the folder of the tools. Prints one JSON object, by the template's name. The templates are
written for this check, each with a habit of templates that models come with.
"""

import json
import sys

from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

sys.path.append(sys.argv[1])
from chat_texts import loses_tools, render, system_role
from trained_spans import Untrainable, encode, ended, trained_spans

TURN = "{{ '<' + m.role + '>' + m.content + '<end>\n' }}"
PROMPT = "{% if add_generation_prompt %}<assistant>{% endif %}"
TEMPLATES = {
    # Each message is a turn.
    "plain": "{% for m in messages %}" + TURN + "{% endfor %}" + PROMPT,
    # The system message goes before the last message, if that is the user's.
    "system at a last user": """
        {%- set ns = namespace(system='') -%}
        {%- for m in messages -%}
            {%- if m.role == 'system' %}{% set ns.system = m.content + '|' -%}
            {%- elif m.role == 'user' %}{{ '[I]' + (ns.system if loop.last else '') + m.content + '[/I]' -}}
            {%- else %}{{ ' ' + m.content + '<end>' }}{% endif -%}
        {%- endfor -%}""",
    # The system message goes before the last user message, also when a response follows.
    "system moves": """
        {%- set users = messages | selectattr('role', 'equalto', 'user') | list -%}
        {%- for m in messages -%}
            {%- if m.role == 'user' %}{{ '[I]' + (messages[0].content + '|' if m == users[-1] and messages[0].role == 'system' else '') + m.content + '[/I]' -}}
            {%- elif m.role == 'assistant' %}{{ ' ' + m.content + '<end>' }}{% endif -%}
        {%- endfor -%}""",
    # Only a last response has a place to think.
    "thinks at the end": "{% for m in messages %}{% if m.role == 'assistant' and loop.last %}{{ '<assistant><think></think>' + m.content + '<end>\n' }}{% else %}"
    + TURN
    + "{% endif %}{% endfor %}"
    + PROMPT,
    # The prompt has a place to think that responses have not.
    "thinks in the prompt": "{% for m in messages %}" + TURN + "{% endfor %}{% if add_generation_prompt %}<assistant><think>{% endif %}",
    # The last response ends otherwise.
    "other last end": "{% for m in messages %}{{ '<' + m.role + '>' + m.content + ('<return>' if loop.last else '<end>') }}{% endfor %}" + PROMPT,
    # The prompt for a response comes whether it is asked for or not.
    "prompts always": "{% for m in messages %}" + TURN + "{% endfor %}<assistant>",
    # A user message is written once its response is there.
    "pairs": "{% for m in messages %}{% if m.role == 'assistant' %}{{ '[I]' + messages[loop.index0 - 1].content + '[/I]' + m.content + '<end>' }}{% endif %}{% endfor %}",
    # Responses other than the last are left out.
    "forgets": "{% for m in messages %}{% if m.role != 'assistant' or loop.last %}" + TURN + "{% endif %}{% endfor %}" + PROMPT,
    # Tools are written before the last user message.
    "tools move": """
        {%- set users = messages | selectattr('role', 'equalto', 'user') | list -%}
        {%- for m in messages %}{{ '[T]' if tools and m == users[-1] else '' }}{{ '<' + m.role + '>' + m.content + '<end>' }}{% endfor -%}"""
    + PROMPT,
    # Nothing ends a response.
    "ends nothing": "{% for m in messages %}{{ '<' + m.role + '>' + m.content + '\n\n' }}{% endfor %}" + PROMPT,
    "refuses": "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TURN + "{% endfor %}" + PROMPT,
    "drops": "{% for m in messages %}{% if m.role != 'system' %}" + TURN + "{% endif %}{% endfor %}" + PROMPT,
}
SYSTEM = {"role": "system", "content": "Be brief."}
TURNS = [
    {"role": "user", "content": "first question"},
    {"role": "assistant", "content": "one"},
    {"role": "user", "content": "second question"},
    {"role": "assistant", "content": "two"},
]


def refuse(text):
    raise TemplateError(text)


class Characters:
    """A tokenizer whose tokens are characters."""

    def __init__(self, template):
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = refuse
        self.template = environment.from_string(template)

    def apply_chat_template(self, messages, tools=None, tokenize=False, add_generation_prompt=False):
        return self.template.render(messages=messages, tools=tools, add_generation_prompt=add_generation_prompt)

    def __call__(self, text, **_):
        return {"input_ids": [ord(one) for one in text], "offset_mapping": [(at, at + 1) for at in range(len(text))]}


def marked(tokenizer, messages, tools=None):
    """The text with its trained tokens in double brackets, or why it cannot be trained on."""
    trained = [at for at, message in enumerate(messages) if message["role"] == "assistant"]
    try:
        text = render(tokenizer, messages, tools)
        stops = ["<end>", "<return>"]
        spans = trained_spans(tokenizer, text, messages, trained, tools, stops)
        text, is_open = ended(text, spans, stops)
        ids, labels = encode(tokenizer, text, spans)
    except (Untrainable, TemplateError) as error:
        return f"error: {error}"
    pieces = "".join(f"[[{chr(token)}]]" if label == token else chr(token) for token, label in zip(ids, labels))
    return pieces.replace("]][[", "") + ("[[end]]" if is_open else "")


found = {}
for name, template in TEMPLATES.items():
    tokenizer = Characters(template)
    found[name] = {
        "role": system_role(tokenizer),
        "one": marked(tokenizer, TURNS[:2]),
        "all": marked(tokenizer, TURNS),
        "system": marked(tokenizer, [SYSTEM, *TURNS]),
        "tools": marked(tokenizer, TURNS, tools=[{"name": "look"}]),
        "losesTools": loses_tools(tokenizer, render(tokenizer, TURNS, [{"name": "look"}]), TURNS, [{"name": "look"}]),
    }
print(json.dumps(found))
