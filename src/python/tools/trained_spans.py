"""Which characters of a rendered conversation, and so which tokens, the loss falls on."""

from chat_texts import common, render


class Untrainable(Exception):
    """A template writes a conversation such that a response in it cannot be trained on."""


def trained_spans(tokenizer, text, messages, trained, tools, stops):
    """Character ranges of the turns to train, each with what the template ends it with.

    A range also says whether the model will be given all the text before it, as its prompt. The
    prompt may have a place to think that the conversation has not. `stops` are the texts of the
    tokens at which the model stops. Raises Untrainable rather than leave a turn out, or train on
    one whose conversation is another than the model will be given.
    """
    return [span(tokenizer, text, messages, at, tools, stops) for at in trained]


def span(tokenizer, text, messages, at, tools, stops):
    own = place(tokenizer, text, messages, at, tools)
    prompt = prompt_of(tokenizer, text, messages, at, tools)
    start = own[0] if prompt is None else prompt
    # A template may write a last response otherwise than one that others follow.
    until = messages[: at + 1]
    last = text if len(until) == len(messages) else render(tokenizer, until, tools)
    ending = last[place(tokenizer, last, until, at, tools)[1] :]
    end = own[1] + kept(ending, text[own[1] :], stops)
    if end <= start:
        raise Untrainable(f"it writes nothing of {named(messages, at)} after the prompt for it")
    return start, end, prompt is not None


def prompt_of(tokenizer, text, messages, at, tools):
    """Length of the prompt for a response. None if the text goes on otherwise where it ends."""
    if at == 0:
        return None
    prompt = render(tokenizer, messages[:at], tools, prompt=True)
    same = common(text, prompt)
    if same < place(tokenizer, text, messages, at - 1, tools)[1]:
        raise Untrainable(
            f"what it writes before {named(messages, at)} is not the prompt that the model will be given for that response"
        )
    return same if same == len(prompt) else None


def place(tokenizer, text, messages, at, tools):
    """The characters of a rendered conversation that a message's content makes up."""
    mark = next(chr(code) for code in range(0xE000, 0xF900) if chr(code) not in text)
    other = render(tokenizer, [*messages[:at], {**messages[at], "content": mark}, *messages[at + 1 :]], tools)
    if other == text:
        raise Untrainable(f"it leaves out {named(messages, at)}")
    start = common(text, other)
    return start, len(text) - common(text[start:][::-1], other[start:][::-1])


def kept(ending, after, stops):
    """Length of what follows a response and is of its turn.

    It goes to the first stop and the white space behind it. Without a stop it is the ending of a
    last response, if that is what follows here too and is more than white space.
    """
    same = ending[: common(ending, after)]
    ends = [same.index(stop) + len(stop) for stop in stops if stop in same]
    if not ends:
        return len(same) if same == ending and same.strip() else 0
    return len(same) - len(same[min(ends) :].lstrip())


def ended(text, spans, stops):
    """The text up to a last response behind which no stop is, and whether there is such a one.

    The white space that the template writes behind it goes, because the model is to stop in its
    place. SOLAR's template ends no response, for example.
    """
    start, end, _ = spans[-1] if spans else (0, 0, True)
    if start == end or text[end:].strip() or any(stop in text[start:end] for stop in stops):
        return text, False
    return text[:end], True


def named(messages, at):
    return f"message {at + 1} ({messages[at]['role']})"


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
