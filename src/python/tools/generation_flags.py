"""Settings of a model's generation_config.json that transformers reads and refuses to write."""

# Others count only beside these, such as a temperature beside do_sample.
FIRST = ("do_sample", "num_beams", "return_dict_in_generate")


def drop_refused(config):
    """Takes the settings out that have no effect and cannot be written. Returns their names.

    Early Llama models name a temperature without do_sample, for example. The model answers as
    before.
    """
    if is_valid(config):
        return []
    given = config.to_diff_dict()
    kept, refused = type(config)(), []
    for name in sorted(given, key=lambda name: name not in FIRST):
        unset = getattr(kept, name, None)
        setattr(kept, name, given[name])
        if not is_valid(kept):
            setattr(kept, name, unset)
            setattr(config, name, unset)
            refused.append(name)
    return refused


def is_valid(config):
    try:
        config.validate(strict=True)
    except ValueError:
        return False
    return True
